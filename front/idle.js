// Two minutes before the sign-in ends one is told, once what was typed is saved. Every page works without this file.
// The server says how long there is: another window may have renewed it. Asking renews nothing; "Bliv ved" does.
(() => {
  "use strict";
  const WARNING = 120, AGAIN = 20;
  const { idle, session } = document.body.dataset;
  if (!idle || !session) return;

  let timer, due, box = null, opener = null, isRead = false;
  const look = (seconds) => {
    clearTimeout(timer);
    due = Date.now() + Math.max(seconds, 1) * 1000;
    timer = setTimeout(ask, due - Date.now());
  };

  /* Forms save what they hold; a form that cannot says so by stopping the event. */
  const save = async () => {
    const waits = [];
    document.dispatchEvent(new CustomEvent("sf:save", { detail: { wait: (promise) => waits.push(promise) } }));
    await Promise.allSettled(waits);
    return document.dispatchEvent(new CustomEvent("sf:leave", { cancelable: true }));
  };

  const close = () => {
    box?.close();
    box?.remove();
    box = null;
    opener?.focus({ preventScroll: true });
  };

  const stay = async () => {
    const body = new URLSearchParams({ idempotency_key: crypto.randomUUID() });
    body.set("csrfmiddlewaretoken", document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "");
    try {
      await fetch(`${session}bliv/`, { method: "POST", body, redirect: "manual", credentials: "same-origin" });
    } catch { /* Without a connection the next question says so. */ }
    ask();
  };

  const answer = () => {
    if (box.dataset.may) { stay(); return; }
    isRead = true;
    close();
  };

  const tell = (left, isSaved) => {
    if (!box) {
      opener = document.activeElement;
      box = document.createElement("dialog");
      box.className = "sf-idle";
      box.setAttribute("role", "alertdialog");
      box.setAttribute("aria-labelledby", "sf-idle-heading");
      box.setAttribute("aria-describedby", "sf-idle-text");
      box.innerHTML = `<h2 id="sf-idle-heading"></h2><p id="sf-idle-text"></p>
        <div class="sf-buttons"><button type="button" class="button button-primary"></button></div>`;
      box.querySelector("button").addEventListener("click", answer);
      box.addEventListener("cancel", (event) => { event.preventDefault(); answer(); });
      document.body.append(box);
    }
    const at = new Date(Date.now() + left.seconds * 1000).toLocaleTimeString("da-DK", { hour: "2-digit", minute: "2-digit" });
    const why = left.may_stay ? "Siden har stået stille." : "Du har været logget ind i en hel arbejdsdag.";
    const text = isSaved ? "Det, du har skrevet, er gemt." : "Noget af det, du har skrevet, er ikke gemt endnu: se efter på siden.";
    box.dataset.may = left.may_stay ? "yes" : "";
    box.querySelector("h2").textContent = `Du bliver logget ud kl. ${at}`;
    box.querySelector("p").textContent = `${why} ${text}`;
    box.querySelector("button").textContent = left.may_stay ? "Bliv ved" : "Luk";
    if (!box.open) box.showModal();
  };

  /* What the server says is left; "out" where nobody is signed in any more, and nothing where it does not say. */
  const question = async () => {
    try {
      const answer = await fetch(session, { redirect: "manual", credentials: "same-origin" });
      if (answer.type === "opaqueredirect" || answer.status === 401) return "out";
      return answer.ok ? await answer.json() : null;
    } catch {
      return null;
    }
  };

  const ask = async () => {
    let left = await question(), isSaved = true;
    if (left && left !== "out" && left.seconds <= WARNING) {
      // Saving is a sign of life, where there was something to save.
      isSaved = await save();
      left = await question();
    }
    if (left === "out") {
      // A shared computer goes on showing nobody's page; what could not be saved is not thrown away.
      if (await save()) location.reload();
      else close();
    } else if (!left) {
      look(AGAIN);
    } else if (left.seconds > WARNING) {
      close();
      look(left.seconds - WARNING);
    } else {
      if (!isRead) tell(left, isSaved);
      look(Math.min(AGAIN, left.seconds + 1));
    }
  };

  look(Number(idle) - WARNING);
  // A computer that slept has slept past its timers.
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible" && Date.now() > due) ask();
  });
})();
