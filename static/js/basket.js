// The basket without a reload: choosing rows, and counts that stay true while the page is open.
(() => {
  "use strict";

  const EVERY = 60000;
  const announce = (words) => {
    document.getElementById("announcements").textContent = words;
  };

  const form = document.getElementById("basket");
  if (form) {
    const boxes = () => [...form.querySelectorAll("input[name=thing]")];
    const all = form.querySelector("[data-choose-all]");
    const told = form.querySelector("[data-chosen]");
    all.closest("label").hidden = false;

    const count = (aloud) => {
      const chosen = boxes().filter((box) => box.checked).length;
      all.checked = chosen > 0 && chosen === boxes().length;
      all.indeterminate = chosen > 0 && !all.checked;
      told.textContent = chosen ? told.dataset.some.replace("%(count)s", chosen) : told.dataset.none;
      if (aloud) announce(told.textContent);
    };
    all.addEventListener("change", () => {
      boxes().forEach((box) => (box.checked = all.checked));
      count(true);
    });
    form.addEventListener("change", (event) => {
      if (event.target.name === "thing") count(true);
    });
    // Coming back with the browser's button: what is ticked is what it remembers.
    window.addEventListener("pageshow", () => count(false));
    count(false);
  }

  const holder = document.getElementById("basket-counts");
  if (!holder || !window.htmx) return;
  const waiting = () => holder.querySelector("[data-waiting]").dataset;
  let last = waiting().waiting;
  setInterval(() => {
    if (document.visibilityState === "visible") window.htmx.trigger(holder, "refresh");
  }, EVERY);
  holder.addEventListener("htmx:afterSettle", () => {
    const now = waiting();
    if (now.waiting !== last) announce(now.said);
    last = now.waiting;
  });
})();
