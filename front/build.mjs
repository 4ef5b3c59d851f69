// Builds static/dist/ from node_modules/dkfds and this folder. An allow-list: nothing else is served.
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { compile } from "sass";

const here = dirname(fileURLToPath(import.meta.url));
const dkfds = join(here, "../node_modules/dkfds/src");
const dist = join(here, "../static/dist");

// Names of icons that templates may ask components/icon.html for.
const ICONS = [
  "arrow-back", "arrow-forward", "assignment", "attach-file", "calendar-month", "chat", "check", "chevron-down",
  "chevron-left", "chevron-right", "close", "document", "download", "edit", "error", "flag", "groups", "home",
  "hourglass", "info", "lock", "menu", "payments", "person", "plus", "print", "search", "send", "success", "time",
  "visibility", "warning",
];
const WEIGHTS = ["Regular", "SemiBold"];
const ALPHABETS = ["Latin1", "Latin2"];

const quiet = { style: "compressed", quietDeps: true, silenceDeprecations: ["if-function"] };
const { css } = compile(join(here, "skolefleks.scss"), quiet);

// Not before the new style is there: compiling takes seconds, and a site may be up.
rmSync(dist, { recursive: true, force: true });
for (const folder of ["fonts", "icons"]) mkdirSync(join(dist, folder), { recursive: true });
writeFileSync(join(dist, "skolefleks.css"), css);
for (const [, name] of css.matchAll(/url\("?icons\/([\w-]+\.svg)/g)) {
  cpSync(join(dkfds, "img/svg-icons", name), join(dist, "icons", name));
}

const sprite = readFileSync(join(dkfds, "img/all-svg-icons.svg"), "utf8");
const symbols = ICONS.map((name) => {
  const found = sprite.match(new RegExp(`<symbol id="${name}".*?</symbol>`, "s"));
  if (!found) throw new Error(`Det Fælles Designsystem has no icon named ${name}`);
  return found[0];
});
writeFileSync(join(dist, "icons.svg"), `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`);

for (const weight of WEIGHTS) {
  for (const alphabet of ALPHABETS) {
    const font = `IBMPlexSans-${weight}-${alphabet}.woff2`;
    cpSync(join(dkfds, "fonts/IBMPlexSans/split/woff2", font), join(dist, "fonts", font));
  }
  // Whole, for the PDFs (budget/quarterly.py): typst reads no woff2.
  const whole = `IBMPlexSans-${weight}.ttf`;
  cpSync(join(dkfds, "fonts/IBMPlexSans/complete/ttf", whole), join(dist, "fonts", whole));
}
// The letters that Plex lacks: Arabic, signs, the plain faces among the emoji. Free to use and to embed.
const dejavu = join(here, "../node_modules/dejavu-fonts-ttf");
for (const font of ["DejaVuSans.ttf", "DejaVuSans-Bold.ttf"]) cpSync(join(dejavu, "ttf", font), join(dist, "fonts", font));
cpSync(join(dejavu, "LICENSE"), join(dist, "LICENSE-dejavu.txt"));
for (const file of ["agenda.js", "clock.js", "drafts.js", "idle.js", "skolefleks.js", "papers.js", "passkey.js", "autosave.js", "screen.js", "mark.svg"]) {
  cpSync(join(here, file), join(dist, file));
}
cpSync(join(here, "../node_modules/dkfds/LICENSE.md"), join(dist, "LICENSE-dkfds.md"));
