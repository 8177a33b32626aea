// Results while one types, by keyboard; without this file the fields are plain forms.
(() => {
  "use strict";

  const SHORTEST = 2;

  const isEditable = (element) =>
    element.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(element.tagName);

  const enhance = (input) => {
    const list = document.getElementById(input.dataset.suggest);
    const said = document.getElementById(`${input.id}-said`);
    let active = -1;

    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-expanded", "false");
    input.setAttribute("aria-controls", list.id);
    list.setAttribute("role", "listbox");

    const options = () => [...list.querySelectorAll("[role=option]")];

    const choose = (place) => {
      const all = options();
      active = place;
      all.forEach((option, index) => option.setAttribute("aria-selected", String(index === place)));
      if (place < 0) {
        input.removeAttribute("aria-activedescendant");
        return;
      }
      input.setAttribute("aria-activedescendant", all[place].id);
      all[place].scrollIntoView({ block: "nearest" });
    };

    const show = (isShown) => {
      list.hidden = !isShown;
      input.setAttribute("aria-expanded", String(isShown));
      if (!isShown) choose(-1);
    };

    input.addEventListener("htmx:configRequest", (event) => {
      if (input.value.trim().length >= SHORTEST) return;
      event.preventDefault();
      list.replaceChildren();
      said.textContent = "";
      show(false);
    });

    list.addEventListener("htmx:afterSwap", () => {
      const all = options();
      all.forEach((option, index) => {
        option.id = `${list.id}-${index}`;
        option.tabIndex = -1;
      });
      const words = list.querySelector("[data-said]");
      said.textContent = words ? words.content.textContent.trim() : "";
      words?.remove();
      show(all.length > 0 && document.activeElement === input);
    });

    input.addEventListener("keydown", (event) => {
      const all = options();
      const isShown = !list.hidden;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        if (!all.length) return;
        event.preventDefault();
        const step = event.key === "ArrowDown" ? 1 : -1;
        if (!isShown) show(true);
        // Past the last one the field itself has its turn.
        const next = active + step;
        choose(next < -1 ? all.length - 1 : next >= all.length ? -1 : next);
      } else if (event.key === "Enter" && isShown && active >= 0) {
        event.preventDefault();
        all[active].click();
      } else if (event.key === "Escape" && isShown) {
        event.preventDefault();
        event.stopPropagation();
        show(false);
      }
    });

    input.addEventListener("focus", () => {
      if (options().length && input.value.trim().length >= SHORTEST) show(true);
    });
    // A press on a result leaves the field before it counts; the list waits for it.
    list.addEventListener("pointerdown", (event) => event.preventDefault());
    input.addEventListener("blur", () => show(false));
  };

  document.querySelectorAll("[data-suggest]").forEach(enhance);

  // "/" leads to the field, in every layout of the keyboard; on a phone's width to the page.
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey || event.defaultPrevented) return;
    if ((event.key !== "/" && event.code !== "Slash") || isEditable(event.target)) return;
    const field = [...document.querySelectorAll("[data-suggest]")].reverse().find((one) => one.offsetParent);
    const page = document.querySelector("[data-search-page]");
    event.preventDefault();
    if (field) {
      field.focus();
      field.select();
    } else if (page) {
      page.click();
    }
  });
})();
