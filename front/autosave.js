// Saves a step while somebody types, and loses nothing when that fails. Every page works without this file.
// What is typed stays in the page's memory only: schools share computers, so nothing is kept in the browser.
(() => {
  "use strict";
  const form = document.querySelector("form[data-autosave]");
  if (!form) return;

  const PAUSE = 1500, AGAIN = 15000;
  const told = form.querySelector("[data-saved]");
  let revision = Number(form.dataset.revision); // an application's; a statement has none
  let known = new Map(), sending = null, timer, stuck = "", left = false, isAnothers = false;

  const typed = () => [...form.elements].filter((field) => field.name && field.type !== "hidden" && field.type !== "submit");
  const valueOf = (name) => JSON.stringify(new FormData(form).getAll(name));
  const remember = (names) => names.forEach((name) => known.set(name, valueOf(name)));
  const changed = () => [...new Set(typed().map((field) => field.name))].filter((name) => known.get(name) !== valueOf(name));
  const elements = (name) => typed().filter((field) => field.name === name);
  const unsettled = () => Boolean(stuck || form.querySelector("[data-conflict], [data-autosave-error]"));
  const say = (text) => { if (told && told.textContent !== text) told.textContent = text; };

  /* What is sent: what was typed in since last time, and the hidden fields, which say what it belongs to. */
  const parcel = (names) => {
    const all = new FormData(form), sent = new URLSearchParams();
    for (const [name, value] of all) {
      const hidden = form.querySelector(`input[type="hidden"][name="${CSS.escape(name)}"]`);
      if (name !== "idempotency_key" && (hidden || names.includes(name))) sent.append(name, value);
    }
    names.forEach((name) => sent.append("only", name));
    sent.set("idempotency_key", crypto.randomUUID());
    sent.set("then", "autosave");
    return sent;
  };

  const post = (body, keepalive) => fetch(form.action, {
    method: "POST", body, keepalive: keepalive && String(body).length < 60000, redirect: "manual", credentials: "same-origin",
  });

  /* After signing in anew the form's token is an old one: the page itself has the new one. Where somebody else has
     signed in meanwhile nothing is saved: it would be in their name. */
  const renewToken = async () => {
    const answer = await fetch(form.action, { redirect: "manual", credentials: "same-origin" });
    if (!answer.ok) return false;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const token = page.querySelector("[name=csrfmiddlewaretoken]")?.value;
    isAnothers = page.body.dataset.person !== document.body.dataset.person;
    if (!token || isAnothers) return false;
    document.querySelectorAll("[name=csrfmiddlewaretoken]").forEach((field) => { field.value = token; });
    return true;
  };

  const halt = (text, link) => {
    stuck = text;
    say(text);
    if (link && !document.getElementById("sf-sign-in")) {
      const to = document.createElement("a");
      to.id = "sf-sign-in";
      to.href = "/konto/login/?next=/";
      to.target = "_blank";
      to.rel = "opener";
      to.className = "button button-primary";
      to.textContent = "Log ind i et nyt vindue";
      told.after(to);
    }
    clearTimeout(timer);
    timer = setTimeout(save, AGAIN);
  };

  const complain = (name, text) => {
    const field = elements(name)[0];
    const group = field?.closest(".form-group[id^=div_]");
    if (!group) return;
    let error = group.querySelector("[data-autosave-error]");
    if (!text) {
      if (error) { error.remove(); group.classList.remove("form-error"); field.removeAttribute("aria-invalid"); }
      return;
    }
    if (!error) {
      error = document.createElement("span");
      error.className = "form-error-message";
      error.dataset.autosaveError = "";
      (group.querySelector(".form-input-wrapper") ?? field).before(error);
    }
    error.textContent = text;
    group.classList.add("form-error");
    field.setAttribute("aria-invalid", "true");
  };

  const setMark = (name, value) => {
    const cut = name.lastIndexOf("-") + 1;
    const hidden = form.querySelector(`[name="${CSS.escape(`${name.slice(0, cut)}was`)}"]`);
    if (hidden) hidden.value = JSON.stringify({ ...JSON.parse(hidden.value || "{}"), [name.slice(cut)]: value });
  };

  const fillIn = (name, value) => {
    for (const field of elements(name)) {
      if (field.type === "radio") field.checked = field.value === value;
      else if (field.type === "checkbox") field.checked = value !== "";
      else field.value = value;
    }
  };

  /* Both wrote in one field: both texts are shown, and one chooses. */
  const showConflict = (conflict) => {
    const group = elements(conflict.name)[0]?.closest(".form-group[id^=div_]");
    if (!group) return;
    group.querySelector("[data-conflict]")?.remove();
    const box = document.createElement("div");
    box.className = "sf-outward";
    box.dataset.conflict = "";
    box.setAttribute("role", "alert");
    const head = document.createElement("p"), text = document.createElement("p"), buttons = document.createElement("div");
    head.textContent = `»${conflict.label}« er i mellemtiden ændret et andet sted. Intet er overskrevet. Der står nu:`;
    text.className = "sf-prose";
    text.textContent = conflict.theirs;
    buttons.className = "sf-buttons";
    for (const [label, theirs] of [["Brug den anden tekst", true], ["Behold min tekst", false]]) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "button button-secondary button-small";
      button.textContent = label;
      button.addEventListener("click", () => {
        setMark(conflict.name, conflict.mark);
        if (theirs) { fillIn(conflict.name, conflict.value); remember([conflict.name]); }
        else known.delete(conflict.name);
        box.remove();
        elements(conflict.name)[0].focus();
        save();
      });
      buttons.append(button);
    }
    box.append(head, text, buttons);
    group.append(box);
  };

  const taken = (names, before, answer) => {
    for (const [name, marks] of Object.entries(answer.marks)) {
      const hidden = form.querySelector(`[name="${CSS.escape(name)}"]`);
      if (hidden) hidden.value = JSON.stringify({ ...JSON.parse(hidden.value || "{}"), ...marks });
    }
    names.forEach((name, at) => { known.set(name, before[at]); complain(name, answer.errors[name]); });
    answer.conflicts.forEach(showConflict);
    const elsewhere = answer.revision > revision + 1;
    revision = answer.revision;
    stuck = "";
    document.getElementById("sf-sign-in")?.remove();
    if (answer.gone) say("En række er fjernet et andet sted. Din tekst står her endnu: kopiér den, før du genindlæser.");
    else if (answer.conflicts.length) say("Ikke alt er gemt: et felt er ændret to steder.");
    else if (Object.keys(answer.errors).length) say(`Gemt kl. ${answer.saved}. Et felt kan ikke gemmes endnu, se ved feltet.`);
    else say(`Gemt kl. ${answer.saved}${elsewhere ? ". Der er også skrevet et andet sted" : ""}`);
  };

  const attempt = async (names, keepalive) => {
    const before = names.map(valueOf);
    let answer;
    try {
      answer = await post(parcel(names), keepalive);
      if (answer.status === 403 && await renewToken()) answer = await post(parcel(names), false);
    } catch {
      halt("Ingen forbindelse. Din tekst står her på siden og sendes, så snart der er forbindelse igen.", false);
      return;
    }
    if (answer.status === 403 && isAnothers) {
      halt("Siden hører til en anden bruger, og teksten gemmes ikke. Kopiér den, før du går.", false);
    } else if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403) {
      halt("Du er logget ud. Din tekst står her på siden; log ind i et nyt vindue, så bliver den gemt.", true);
    } else if (!answer.ok) {
      halt("Det kunne ikke gemmes lige nu. Din tekst står her på siden, og vi prøver igen.", false);
    } else {
      const told = await answer.json();
      if (told.refused) { remember(names); stuck = told.refused; say(`${told.refused} Kopiér din tekst, før du går.`); }
      else taken(names, before, told);
    }
  };

  /* One request at a time; what is typed meanwhile goes with the next. */
  const save = async ({ keepalive = false } = {}) => {
    clearTimeout(timer);
    if (sending) { await sending; }
    const names = changed();
    if (!names.length && !stuck) return;
    sending = attempt(names, keepalive);
    await sending;
    sending = null;
  };

  remember([...new Set(typed().map((field) => field.name))]);
  form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(save, PAUSE); });
  form.addEventListener("change", () => { clearTimeout(timer); timer = setTimeout(save, PAUSE / 10); });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") save({ keepalive: true });
    else if (stuck) save();
  });
  window.addEventListener("focus", () => { if (stuck) save(); });
  window.addEventListener("online", () => { if (stuck) save(); });
  /* Before the sign-in ends (idle.js). */
  document.addEventListener("sf:save", (event) => event.detail.wait(save()));
  document.addEventListener("sf:leave", (event) => { if (!left && (changed().length || unsettled())) event.preventDefault(); });
  window.addEventListener("pagehide", () => { if (!left && changed().length && !sending) post(parcel(changed()), true); });
  window.addEventListener("beforeunload", (event) => {
    if (!left && (sending || changed().length || unsettled())) event.preventDefault();
  });

  /* A button of the page waits for what is under way, so that nobody is in their own way. */
  form.addEventListener("submit", async (event) => {
    clearTimeout(timer);
    if (sending) {
      event.preventDefault();
      await sending;
      form.requestSubmit(event.submitter);
      return;
    }
    left = true;
  });

  /* A link of the page (the steps, too) is followed when what was typed is stored. */
  document.addEventListener("click", async (event) => {
    const link = event.target.closest("a[href]");
    if (!link || link.target || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (link.origin !== location.origin || (link.pathname === location.pathname && link.hash)) return;
    if (!sending && !changed().length) return;
    event.preventDefault();
    await save();
    left = !changed().length && !unsettled();
    location.href = link.href;
  });
})();
