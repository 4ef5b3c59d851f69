// Reads the question aloud, where the browser can. Without this file the button is not shown.
(() => {
  "use strict";
  const button = document.querySelector("[data-read-aloud]");
  if (!button || !("speechSynthesis" in window)) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    const parts = [...document.querySelectorAll("[data-aloud]")];
    const words = new SpeechSynthesisUtterance(parts.map((part) => part.textContent.trim()).join(". "));
    words.lang = "da-DK";
    words.rate = 0.9;
    /* A second press begins anew instead of waiting in line. */
    speechSynthesis.cancel();
    speechSynthesis.speak(words);
  });
})();
