// Signing with NCALayer: a small client of its local WebSocket protocol.
// The page works without it: a signature made elsewhere is brought as a file.
(() => {
  "use strict";

  const PATIENCE = 5000;
  const MODULE = "kz.gov.pki.knca.basics";

  const inBase64 = (buffer) => {
    const bytes = new Uint8Array(buffer);
    let text = "";
    // In pieces: a call takes only so many arguments.
    for (let at = 0; at < bytes.length; at += 0x8000) {
      text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
    }
    return btoa(text);
  };

  const show = (form, state, said = "") => {
    const template = form.querySelector(`template[data-state="${state}"]`);
    const status = form.querySelector(".signing-status");
    const tone = template.dataset.tone || "";
    const note = document.createElement("div");
    note.className = `note ${tone}`.trim();
    note.append(template.content.cloneNode(true));
    const place = note.querySelector("[data-said]");
    if (place) place.textContent = said;
    status.replaceChildren(note);
    status.dataset.state = state;
  };

  const isBusy = (form, busy) => {
    const button = form.querySelector("button");
    form.dataset.signing = busy ? "1" : "";
    if (busy) {
      button.dataset.busy = "1";
      button.setAttribute("aria-disabled", "true");
    } else {
      delete button.dataset.busy;
      button.removeAttribute("aria-disabled");
    }
  };

  // The bytes that are signed are those that the portal hands out, not a copy of them in the page.
  const recordsOf = (form) =>
    Promise.all(
      [...form.querySelectorAll("textarea[data-record]")].map(async (field) => {
        const answer = await fetch(field.dataset.record, { credentials: "same-origin", cache: "no-store" });
        if (!answer.ok) throw new Error(String(answer.status));
        return inBase64(await answer.arrayBuffer());
      }),
    );

  const requestFor = (form, records) => {
    const { eku, iin, bin, locale } = form.dataset;
    // Without them NCALayer offers every key of the person in front of it.
    const signerParams = { extKeyUsageOids: eku ? [eku] : [] };
    if (iin) signerParams.iin = iin;
    if (bin) signerParams.bin = bin;
    return {
      module: MODULE,
      method: "sign",
      args: {
        allowedStorages: null,
        format: "cms",
        data: records,
        signingParams: { decode: true, encapsulate: false, digested: false },
        signerParams,
        locale,
      },
    };
  };

  // The signatures in the order of the records; rejects with the state to show.
  const ask = (form, records) =>
    new Promise((resolve, reject) => {
      let isAsked = false;
      let socket;
      try {
        socket = new WebSocket(form.dataset.ncalayer);
      } catch {
        reject({ state: "missing" });
        return;
      }
      const tooLong = setTimeout(() => end("missing"), PATIENCE);
      const end = (state, said = "") => {
        clearTimeout(tooLong);
        reject({ state, said });
        socket.close();
      };
      socket.addEventListener("error", () => end(isAsked ? "broken" : "missing"));
      socket.addEventListener("close", () => end(isAsked ? "broken" : "missing"));
      socket.addEventListener("message", (event) => {
        let answer;
        try {
          answer = JSON.parse(event.data);
        } catch {
          end("failed");
          return;
        }
        // It greets with its version before it listens to anything.
        if (!isAsked) {
          clearTimeout(tooLong);
          isAsked = true;
          show(form, "choosing");
          socket.send(JSON.stringify(requestFor(form, records)));
          return;
        }
        if (!answer.status) {
          end("failed", [answer.message, answer.details].filter(Boolean).join(" "));
          return;
        }
        const result = answer.body?.result;
        if (result === undefined || result === null) {
          end("cancelled");
          return;
        }
        const signatures = Array.isArray(result) ? result : [result];
        if (signatures.length !== records.length) {
          end("failed");
          return;
        }
        resolve(signatures);
        socket.close();
      });
    });

  const sign = async (form) => {
    isBusy(form, true);
    show(form, "looking");
    let records;
    try {
      records = await recordsOf(form);
    } catch {
      show(form, "unread");
      isBusy(form, false);
      return;
    }
    try {
      const signatures = await ask(form, records);
      form.querySelectorAll("textarea[data-record]").forEach((field, index) => {
        field.value = signatures[index];
      });
      show(form, "sending");
      form.submit();
    } catch (refusal) {
      show(form, refusal.state || "failed", refusal.said);
      isBusy(form, false);
    }
  };

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.hasAttribute("data-ncalayer")) return;
    event.preventDefault();
    if (!form.dataset.signing) sign(form);
  });

  const enable = (root) =>
    root.querySelectorAll("form[data-ncalayer] button[disabled]").forEach((button) => {
      button.disabled = false;
    });
  enable(document);
  document.addEventListener("htmx:load", (event) => enable(event.detail.elt));
  // Coming back with the browser's button: the signatures were sent, begin from the start.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
})();
