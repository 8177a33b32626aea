// Calling a colleague in a note: names are offered while typing after an @.
// Without this file the colleagues are chosen in the list below the text.
(() => {
  "use strict";

  const MOST = 8;

  const start = (form) => {
    const field = form.querySelector("textarea");
    const list = form.querySelector("[role=listbox]");
    const status = form.querySelector("[data-mention-status]");
    const place = form.querySelector("[data-mention-choice]");
    const choice = place && place.querySelector("select");
    if (!field || !list || !choice) return;
    // The names in the text say who is called; the list below stays for those without scripts.
    place.hidden = true;
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-controls", list.id);
    field.setAttribute("autocomplete", "off");

    let shown = [];
    let at = -1;
    let chosen = 0;

    const close = () => {
      list.hidden = true;
      list.replaceChildren();
      shown = [];
      field.removeAttribute("aria-activedescendant");
    };

    const point = (index) => {
      chosen = (index + shown.length) % shown.length;
      [...list.children].forEach((item, place) =>
        item.setAttribute("aria-selected", place === chosen ? "true" : "false"),
      );
      const item = list.children[chosen];
      field.setAttribute("aria-activedescendant", item.id);
      item.scrollIntoView({ block: "nearest" });
    };

    const typed = () => {
      const before = field.value.slice(0, field.selectionStart);
      const sign = before.lastIndexOf("@");
      // An @ in the middle of a word is an address, not a call.
      if (sign < 0 || /\S/.test(before.charAt(sign - 1))) return null;
      const text = before.slice(sign + 1);
      return /[\n@]/.test(text) || text.length > 60 ? null : { sign, text };
    };

    const matches = (text) => {
      const wanted = text.trim().toLocaleLowerCase();
      return [...choice.options].filter((option) => {
        const name = option.text.toLocaleLowerCase();
        return name.startsWith(wanted) || name.split(/\s+/).some((part) => part.startsWith(wanted));
      });
    };

    const choose = (option) => {
      const name = `@${option.text} `;
      field.setRangeText(name, at, field.selectionStart, "end");
      close();
      field.focus();
      field.dispatchEvent(new Event("input", { bubbles: true }));
    };

    const offer = () => {
      const call = typed();
      if (!call) return close();
      const found = matches(call.text).slice(0, MOST);
      if (!found.length || found.some((option) => `${option.text} ` === call.text)) {
        if (!found.length && call.text.length < 20) status.textContent = status.dataset.none;
        return close();
      }
      at = call.sign;
      shown = found;
      list.replaceChildren(
        ...found.map((option, index) => {
          const item = document.createElement("li");
          item.id = `${list.id}-${index}`;
          item.setAttribute("role", "option");
          item.textContent = option.text;
          // Before the field loses the cursor.
          item.addEventListener("mousedown", (event) => {
            event.preventDefault();
            choose(option);
          });
          return item;
        }),
      );
      list.hidden = false;
      point(0);
      status.textContent = found.length === 1 ? status.dataset.one : status.dataset.many;
    };

    field.addEventListener("input", offer);
    field.addEventListener("click", offer);
    field.addEventListener("blur", close);
    field.addEventListener("keydown", (event) => {
      if (list.hidden) return;
      const moves = { ArrowDown: chosen + 1, ArrowUp: chosen - 1 };
      if (event.key in moves) point(moves[event.key]);
      else if (event.key === "Enter" || event.key === "Tab") choose(shown[chosen]);
      else if (event.key === "Escape") close();
      else return;
      event.preventDefault();
    });
    form.addEventListener("submit", () => {
      [...choice.options].forEach((option) => {
        option.selected = field.value.includes(`@${option.text}`);
      });
    });
  };

  document.querySelectorAll("form[data-mentions]").forEach(start);
})();
