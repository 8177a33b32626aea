// The bell looks for news once a minute, and only while somebody looks at the page.
(() => {
  "use strict";

  const EVERY = 60000;
  let last = Date.now();

  const look = () => {
    const bell = document.getElementById("bell");
    if (document.hidden || !bell || !window.htmx) return;
    last = Date.now();
    window.htmx.trigger(bell, "look");
  };
  setInterval(look, EVERY);
  document.addEventListener("visibilitychange", () => {
    if (Date.now() - last >= EVERY) look();
  });
})();
