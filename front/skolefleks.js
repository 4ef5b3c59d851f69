// Small comforts. Every page works without this file.
(() => {
  "use strict";

  /* An error summary takes the focus, so that it is read first. */
  const focusErrors = (root) => root.querySelector("[data-error-summary]")?.focus();

  /* A page that answered a form with a refusal can be loaded again, and gone back to: by a GET. */
  const rememberAsPage = () => {
    const [entry] = performance.getEntriesByType("navigation");
    if (entry?.responseStatus !== 422) return;
    const own = document.querySelector("[data-own-address]")?.dataset.ownAddress;
    history.replaceState(null, "", own ?? location.href);
  };
  rememberAsPage();

  /* A date field gets a button that opens the browser's own calendar; what is typed stays as it was typed. */
  const addCalendar = (field) => {
    if (!("showPicker" in HTMLInputElement.prototype) || field.dataset.ready || field.disabled) return;
    field.dataset.ready = "1";
    const button = document.createElement("button");
    const picker = document.createElement("input");
    const icon = document.getElementById("sf-calendar-icon");
    button.type = "button";
    button.className = "sf-date-button";
    button.setAttribute("aria-label", `Vælg i kalender: ${field.labels[0]?.firstChild.textContent.trim() ?? "dato"}`);
    picker.type = "date";
    picker.tabIndex = -1;
    picker.setAttribute("aria-hidden", "true");
    if (icon) button.append(icon.content.cloneNode(true));
    picker.className = "sf-date-picker";
    field.after(button, picker);
    button.addEventListener("click", () => {
      const typed = field.value.match(/^(\d{1,2})\.(\d{1,2})\.(\d{4})$/);
      if (typed) picker.value = `${typed[3]}-${typed[2].padStart(2, "0")}-${typed[1].padStart(2, "0")}`;
      picker.showPicker();
    });
    picker.addEventListener("change", (event) => {
      event.stopPropagation();
      if (!picker.value) return;
      field.value = picker.value.split("-").reverse().join(".");
      for (const name of ["input", "change"]) field.dispatchEvent(new Event(name, { bubbles: true }));
      field.focus();
    });
    picker.addEventListener("input", (event) => event.stopPropagation());
  };

  /* A page that is worth paper says so. */
  const offerPrint = (button) => {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  };

  /* A text with a limit says how much is left; nothing is cut off. */
  const countCharacters = (field) => {
    if (field.dataset.ready) return;
    field.dataset.ready = "1";
    const limit = Number(field.dataset.count);
    const shown = document.createElement("span");
    shown.className = "sf-count";
    shown.setAttribute("aria-live", "polite");
    field.removeAttribute("maxlength");
    field.parentElement.after(shown);
    const number = new Intl.NumberFormat("da");
    const tell = () => {
      const left = limit - field.value.length;
      shown.classList.toggle("sf-count-over", left < 0);
      shown.textContent = left < 0 ? `${number.format(-left)} tegn for meget`
        : left <= limit / 4 ? `${number.format(left)} tegn tilbage` : "";
    };
    field.addEventListener("input", tell);
    tell();
  };

  const say = (field, text) => {
    field.value = text;
    for (const name of ["input", "change"]) field.dispatchEvent(new Event(name, { bubbles: true }));
  };

  /* A choice that fills a field; another amount typed there lets go of the choice. */
  const fillField = (choice) => {
    const field = document.getElementById(choice.dataset.fills);
    const digits = (text) => text.replace(/\D/g, "");
    if (digits(field.value) === choice.value) choice.checked = true;
    choice.addEventListener("change", () => say(field, new Intl.NumberFormat("da").format(Number(choice.value))));
    field.addEventListener("input", () => { choice.checked = digits(field.value) === choice.value; });
  };

  /* A button that puts a sentence at the end of a text. */
  const insertSentence = (button) => {
    const field = document.getElementById(button.dataset.inserts);
    button.hidden = false;
    button.addEventListener("click", () => {
      say(field, `${field.value}${field.value && !/\s$/.test(field.value) ? " " : ""}${button.dataset.text}`);
      button.firstChild.textContent = "Indsat";
    });
  };

  /* A button in our own words: the browser's speaks its own language. The field stays for keyboard and screen reader. */
  const chooseFile = (choice) => {
    const input = document.getElementById(choice.querySelector("label").htmlFor);
    const chosen = choice.querySelector("[data-chosen]");
    input.classList.add("sf-unseen");
    choice.hidden = false;
    if (!chosen) return;
    const empty = chosen.textContent;
    const tell = () => { chosen.textContent = [...input.files].map((file) => file.name).join(", ") || empty; };
    input.addEventListener("change", tell);
    input.form?.addEventListener("reset", () => setTimeout(tell));
    // Back brings the chosen file with it.
    window.addEventListener("pageshow", tell);
  };

  const enhance = (root) => {
    root.querySelectorAll("[data-choose]").forEach(chooseFile);
    root.querySelectorAll("[data-print]").forEach(offerPrint);
    root.querySelectorAll("[data-fills]").forEach(fillField);
    root.querySelectorAll("[data-inserts]").forEach(insertSentence);
    root.querySelectorAll("[data-date]").forEach(addCalendar);
    root.querySelectorAll("[data-count]").forEach(countCharacters);
    focusErrors(root);
  };

  enhance(document);
  document.addEventListener("htmx:load", (event) => {
    if (event.target !== document.body) enhance(event.target);
  });

  /* Whoever has sent a form waits for its answer: a list that asks by itself must not load the page anew meanwhile, since the
     receipt would be gone with it. A form that brings a file leaves the page where it is. */
  let sentAt = -Infinity;
  window.addEventListener("submit", (event) => { if (!event.defaultPrevented) sentAt = performance.now(); });
  document.addEventListener("htmx:beforeOnLoad", (event) => {
    const waits = performance.now() - sentAt < 10_000;
    if (waits && event.detail.xhr.getResponseHeader("HX-Refresh")) event.preventDefault();
  });

  /* A link to what is missing, or a row just added, leads into the field itself: once the browser has gone there. */
  const sought = location.hash.startsWith("#div_id_") && document.getElementById(location.hash.slice(1));
  const enter = () => sought.querySelector("select, textarea, input:not([type=hidden])")?.focus({ preventScroll: true });
  if (sought) window.addEventListener("load", () => requestAnimationFrame(enter));

  /* Tabs and steps too many for the width lie in a strip: where one is, and what has the focus, is in sight. */
  const show = (part) => {
    const strip = part.closest(".sf-tabs, .sf-steps");
    if (!strip) return;
    const [inner, outer] = [part, strip].map((box) => box.getBoundingClientRect());
    strip.scrollLeft += inner.x + inner.width / 2 - (outer.x + outer.width / 2);
  };
  document.querySelectorAll(".sf-tabs [aria-current], .sf-steps [aria-current]").forEach(show);
  document.addEventListener("focusin", (event) => show(event.target));

  /* Escape and a click elsewhere close the menu. */
  const menu = document.querySelector(".sf-menu");
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu?.open) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
  document.addEventListener("click", (event) => {
    if (menu?.open && !menu.contains(event.target)) menu.open = false;
  });
})();
