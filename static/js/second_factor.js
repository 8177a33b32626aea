// Security keys (WebAuthn): asks the browser for the key's answer and sends it with the form.
// The page works without it: a code of the application or a recovery code does the same.
(() => {
  "use strict";

  const bytes = (text) =>
    Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));

  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer)))
      .replaceAll("+", "-")
      .replaceAll("/", "_")
      .replace(/=+$/, "");

  const named = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }));

  const question = (kind, options) => {
    const asked = { ...options, challenge: bytes(options.challenge) };
    if (kind === "create") {
      asked.user = { ...options.user, id: bytes(options.user.id) };
      asked.excludeCredentials = named(options.excludeCredentials);
    } else {
      asked.allowCredentials = named(options.allowCredentials);
    }
    return { publicKey: asked };
  };

  const answer = (credential) => {
    const response = {};
    for (const part of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (credential.response[part]) response[part] = text(credential.response[part]);
    }
    return {
      id: credential.id,
      rawId: text(credential.rawId),
      type: credential.type,
      response,
      clientExtensionResults: credential.getClientExtensionResults(),
    };
  };

  const show = (form, state) => {
    const template = form.querySelector(`template[data-state="${state}"]`);
    const status = form.querySelector(".key-status");
    status.replaceChildren(template.content.cloneNode(true));
    status.dataset.state = state;
  };

  const STATES = { InvalidStateError: "known", NotSupportedError: "unable", SecurityError: "unable" };

  const ask = async (form) => {
    const button = form.querySelector("button");
    button.dataset.busy = "1";
    button.setAttribute("aria-disabled", "true");
    show(form, "waiting");
    try {
      const kind = form.dataset.key;
      const asked = question(kind, JSON.parse(form.dataset.options).publicKey);
      const credential = await navigator.credentials[kind](asked);
      form.elements.credential.value = JSON.stringify(answer(credential));
      show(form, "sending");
      form.submit();
    } catch (refusal) {
      show(form, STATES[refusal.name] || "cancelled");
      delete button.dataset.busy;
      button.removeAttribute("aria-disabled");
    }
  };

  document.addEventListener(
    "submit",
    (event) => {
      const form = event.target;
      if (!form.dataset.key) return;
      event.preventDefault();
      if (!form.querySelector("[data-busy]") && form.reportValidity()) ask(form);
    },
    true,
  );

  document.querySelectorAll("form[data-key]").forEach((form) => {
    if (!window.PublicKeyCredential) {
      show(form, "unable");
      return;
    }
    form.querySelector("button[disabled]").disabled = false;
  });
})();
