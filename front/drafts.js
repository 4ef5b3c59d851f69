// Keeps what is typed in every form with a free text until it is sent, so that an expired session, Back, a closed
// window or another tab loses nothing. The steps of an application save themselves (autosave.js).
// Nothing is kept in the browser: schools share computers.
(() => {
  "use strict";
  const PAUSE = 1500, AGAIN = 15000;
  const person = document.body.dataset.person, url = document.body.dataset.drafts;
  if (!person || !url) return;

  /* A text of one line is marked; a number or a day alone is no text. */
  const textOf = (form) => form.querySelector("textarea") ?? form.querySelector("[data-draft]");
  const isOurs = (form) => form.method === "post" && textOf(form) && !form.matches("[data-autosave]");

  const follow = (form) => {
    if (form.dataset.draftKept || !isOurs(form)) return;
    form.dataset.draftKept = "yes";
    // A form of many texts stands for all drafts of its address: each text may have one from another page too.
    const each = form.matches("[data-draft-each]");
    const key = `${new URL(form.action).pathname} ${each ? "*" : textOf(form).name}`;
    let timer, sending = null, sentAs = "", stuck = false, left = false;

    /* A mark says which text a text was written on top of: it is kept with it, so that nobody's words go unseen. */
    const isMark = (field) => Boolean(field.dataset.draftMark);
    const fields = () => [...form.elements].filter((field) =>
      field.name && (isMark(field) || !["hidden", "submit", "file", "password"].includes(field.type)));
    const marks = fields().filter(isMark).map((field) => [field, field.value]);
    /* Of many texts only those that were changed: the others may be written by somebody else meanwhile. */
    const onlyChanged = each && !form.querySelector(".form-error");
    const isKept = (field) => !onlyChanged || field.value !== field.defaultValue;
    const typed = () => {
      const kept = fields().filter((field) => isKept(isMark(field) ? form.elements[field.dataset.draftMark] : field));
      const all = new URLSearchParams(), names = new Set(kept.map((field) => field.name));
      for (const [name, value] of new FormData(form)) if (names.has(name)) all.append(name, value);
      return all;
    };
    sentAs = String(typed());
    const isChanged = () => String(typed()) !== sentAs;

    const hidden = document.createElement("input");
    hidden.type = "hidden";
    hidden.name = "draft";
    hidden.value = key;
    form.append(hidden);

    const note = document.createElement("p");
    note.className = "sf-muted sf-draft";
    note.setAttribute("role", "status");
    // Beside the buttons, which may be fixed to the foot of the screen.
    const actions = form.querySelector(".sf-actions")
      ?? document.querySelector(`.sf-actions:has([form="${form.id}"])`);
    if (actions) actions.append(note);
    else (form.querySelector(".sf-buttons, [type=submit]") ?? hidden).before(note);
    const say = (text, ...more) => { note.replaceChildren(text, ...more); };

    const parcel = (body) => {
      body.set("form", key);
      body.set("person", person);
      body.set("idempotency_key", crypto.randomUUID());
      body.set("csrfmiddlewaretoken", form.querySelector("[name=csrfmiddlewaretoken]").value);
      return body;
    };
    const post = (body, keepalive = false) => fetch(url, {
      method: "POST", body: parcel(body), keepalive, redirect: "manual", credentials: "same-origin",
    });

    const signIn = () => {
      const link = document.createElement("a");
      link.href = "/konto/login/?next=/";
      link.target = "_blank";
      link.rel = "opener";
      link.textContent = "Log ind i et nyt vindue";
      return link;
    };
    /* After signing in anew the page's token is an old one; the start page has the new one, and says who is signed in. */
    let isAnothers = false;
    const renewToken = async () => {
      const answer = await fetch("/konto/indstillinger/", { redirect: "manual", credentials: "same-origin" });
      if (!answer.ok) return false;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const token = page.querySelector("[name=csrfmiddlewaretoken]")?.value;
      const reader = page.body.dataset.person;
      isAnothers = Boolean(reader) && reader !== person;
      if (!token || reader !== person) return false;
      document.querySelectorAll("[name=csrfmiddlewaretoken]").forEach((field) => { field.value = token; });
      return true;
    };

    const halt = (...told) => {
      stuck = true;
      say(...told);
      clearTimeout(timer);
      timer = setTimeout(save, AGAIN);
    };

    const attempt = async () => {
      const before = String(typed());
      let answer;
      try {
        answer = await post(typed());
        if (answer.status === 403 && await renewToken()) answer = await post(typed());
      } catch {
        halt("Ingen forbindelse. Din tekst står her på siden og gemmes, så snart der er forbindelse igen.");
        return;
      }
      if (answer.status === 409 || (answer.status === 403 && isAnothers)) {
        stuck = true;
        say("Siden hører til en anden bruger, og teksten gemmes ikke. Kopiér den, før du går.");
      } else if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403) {
        halt("Du er logget ud. Din tekst står her på siden. ", signIn(), ", så bliver den gemt.");
      } else if (answer.status === 422) {
        stuck = true;
        say((await answer.json()).refused);
      } else if (!answer.ok) {
        halt("Det kunne ikke gemmes lige nu. Din tekst står her på siden, og vi prøver igen.");
      } else {
        stuck = false;
        sentAs = before;
        say(`Kladden er gemt kl. ${new Date().toLocaleTimeString("da-DK", { hour: "2-digit", minute: "2-digit" })}`);
      }
    };

    const save = async () => {
      clearTimeout(timer);
      if (sending) await sending;
      if (left || !isChanged()) return;
      sending = attempt();
      await sending;
      sending = null;
    };

    const fillIn = (kept) => {
      for (const [name, values] of Object.entries(kept)) {
        fields().filter((field) => field.name === name).forEach((field, at) => {
          if (field.type === "radio" || field.type === "checkbox") field.checked = values.includes(field.value);
          else field.value = values[at] ?? "";
        });
      }
    };

    /* Going back, a browser puts in by itself what it remembers, and that is no more than a part of the draft. */
    const loaded = () => new Promise((go) => {
      if (document.readyState === "complete") setTimeout(go);
      else window.addEventListener("load", () => setTimeout(go), { once: true });
    });
    const restore = async () => {
      if (performance.getEntriesByType("navigation")[0]?.type === "back_forward") {
        await loaded();
        sentAs = String(typed());
      }
      const answer = await fetch(`${url}hent/?form=${encodeURIComponent(key)}`, { redirect: "manual", credentials: "same-origin" });
      if (!answer.ok) return;
      const kept = await answer.json();
      // What somebody has begun to type, or what a refused form shows again, is newer.
      if (!kept.fields || isChanged() || form.querySelector(".form-error")) return;
      const before = sentAs;
      fillIn(kept.fields);
      sentAs = String(typed());
      if (sentAs === before) return;
      const away = document.createElement("button");
      away.type = "button";
      away.className = "function-link";
      away.textContent = "Kassér kladden";
      away.addEventListener("click", async () => {
        form.reset();
        // A reset leaves hidden fields as they are.
        for (const [field, value] of marks) field.value = value;
        sentAs = String(typed());
        await post(new URLSearchParams({ discard: "1" }));
        say("Kladden er kasseret.");
        fields()[0]?.focus();
      });
      say(`Din kladde fra ${kept.saved} er sat ind. `, away);
      form.closest("details")?.setAttribute("open", "");
      form.dispatchEvent(new Event("input", { bubbles: true }));
      clearTimeout(timer);
    };

    /* And the page that comes then has the caret where it was, so that one writes on. */
    const notePlace = () => {
      const field = document.activeElement;
      if (field.form !== form || field.selectionStart === null) return;
      history.replaceState({ caret: [field.name, field.selectionStart, field.selectionEnd] }, "");
    };
    const findPlace = () => {
      const [name, ...ends] = history.state?.caret ?? [];
      const field = name && form.elements[name];
      if (!field) return;
      history.replaceState(null, "");
      form.closest("details")?.setAttribute("open", "");
      field.focus({ preventScroll: true });
      field.setSelectionRange(...ends);
    };

    form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(save, PAUSE); });
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden" && !left && isChanged() && !sending) post(typed(), true);
      else if (stuck) save();
    });
    window.addEventListener("focus", () => { if (stuck) save(); });
    window.addEventListener("online", () => { if (stuck) save(); });
    /* The room goes on to another point while somebody writes: the draft first. */
    document.addEventListener("htmx:beforeOnLoad", async (event) => {
      if (!event.detail.xhr.getResponseHeader("HX-Refresh") || left) return;
      notePlace();
      if (!isChanged()) return;
      event.preventDefault();
      await save();
      if (!stuck) window.location.reload();
    });
    document.addEventListener("sf:save", (event) => event.detail.wait(save()));
    document.addEventListener("sf:leave", (event) => { if (!left && isChanged()) event.preventDefault(); });
    window.addEventListener("beforeunload", (event) => { if (!left && (sending || isChanged())) event.preventDefault(); });
    /* A refused page comes back with its draft; what is sent while signed out would be gone. So it is saved first. */
    form.addEventListener("submit", async (event) => {
      clearTimeout(timer);
      if (left || event.defaultPrevented) return;
      if (!sending && !isChanged()) { left = true; return; }
      event.preventDefault();
      await save();
      if (stuck && isChanged() && note.querySelector("a")) { note.scrollIntoView({ block: "center" }); return; }
      left = true;
      form.requestSubmit(event.submitter);
    });
    restore().then(findPlace);
  };

  const followAll = (root) => root.querySelectorAll("form").forEach(follow);
  followAll(document);
  document.addEventListener("htmx:load", (event) => {
    if (event.target.matches?.("form")) follow(event.target);
    followAll(event.target);
  });
})();
