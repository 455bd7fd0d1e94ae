// Passkeys: asks the server for a challenge, the device for a signature, and sends the form with it.
"use strict";
(() => {
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const devices = (list) => (list || []).map((each) => ({ ...each, id: bytes(each.id) }));

  async function asked(form) {
    const token = form.elements.form ? form.elements.form.value : "";
    const answer = await fetch(form.dataset.passkey, {
      method: "POST", body: new URLSearchParams({ form: token }), redirect: "manual",
    });
    if (answer.type === "opaqueredirect") { location.reload(); return new Promise(() => {}); }
    if (!answer.ok) throw new Error("refused");
    return answer.json();
  }

  async function signed(options) {
    const found = await navigator.credentials.get({
      publicKey: { ...options, challenge: bytes(options.challenge), allowCredentials: devices(options.allowCredentials) },
    });
    const said = found.response;
    return {
      id: found.id, rawId: text(found.rawId), type: found.type, clientExtensionResults: {},
      response: {
        clientDataJSON: text(said.clientDataJSON), authenticatorData: text(said.authenticatorData),
        signature: text(said.signature), userHandle: said.userHandle ? text(said.userHandle) : null,
      },
    };
  }

  async function made(options) {
    const found = await navigator.credentials.create({
      publicKey: {
        ...options, challenge: bytes(options.challenge), user: { ...options.user, id: bytes(options.user.id) },
        excludeCredentials: devices(options.excludeCredentials),
      },
    });
    const said = found.response;
    return {
      id: found.id, rawId: text(found.rawId), type: found.type, clientExtensionResults: {},
      response: { clientDataJSON: text(said.clientDataJSON), attestationObject: text(said.attestationObject) },
    };
  }

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    // A passkey belongs to one host name: elsewhere it cannot be used.
    if (!window.PublicKeyCredential || location.hostname !== form.dataset.party) continue;
    for (const each of form.querySelectorAll("[data-devices]")) each.hidden = false;
    const button = form.querySelector("button[data-devices]");
    const trouble = form.querySelector("[data-trouble]");
    button.addEventListener("click", async () => {
      const named = form.querySelector("input[data-needed]");
      if (named && !named.reportValidity()) return;
      trouble.hidden = true;
      button.disabled = true;
      try {
        const options = await asked(form);
        const answer = await (form.dataset.make === undefined ? signed(options) : made(options));
        form.elements.passkey.value = JSON.stringify(answer);
        form.submit();
      } catch {
        trouble.hidden = false;
      } finally {
        button.disabled = false;
      }
    });
  }
})();
