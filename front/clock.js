// The room's clock: minutes used and how late it is, counted on from the moment the page was made.
// Without this file they stand as they were then. It asks the server nothing.
(() => {
  "use strict";
  const clock = document.querySelector("[data-clock]");
  if (!clock) return;
  // The agenda is longer than its place: the point at hand is in sight.
  const here = document.querySelector(".sf-room-agenda [aria-current]");
  if (here) here.parentElement.scrollTop = here.offsetTop - here.parentElement.offsetTop - here.offsetHeight;
  const made = Date.now(), two = (number) => String(number).padStart(2, "0");

  const show = () => {
    const passed = Math.floor((Date.now() - made) / 1000);
    const second = Number(clock.dataset.clock) + passed;
    clock.textContent = `${two(Math.floor(second / 3600) % 24)}.${two(Math.floor(second / 60) % 60)}`;
    for (const used of document.querySelectorAll("[data-walks]")) {
      used.textContent = Math.floor((Number(used.dataset.walks) + passed) / 60);
    }
    const late = document.querySelector("[data-late]");
    if (!late) return;
    const { began, ends } = late.dataset;
    const minutes = Math.floor(Math.max(Number(began), Number(ends) + passed) / 60);
    late.hidden = minutes < 1;
    late.textContent = minutes === 1 ? "1 minut efter planen" : `${minutes} minutter efter planen`;
  };

  show();
  setInterval(show, 1000);
})();
