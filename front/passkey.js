// A passkey for the emergency door: made, or asked for what it signs. The server says which, in the button.
// Where the browser knows no passkeys, the button stays hidden, and the code is there.
(() => {
  "use strict";
  const button = document.querySelector("[data-passkey]");
  const known = window.PublicKeyCredential;
  if (!button || !known?.parseRequestOptionsFromJSON) return;

  const form = button.form;
  const problem = form.querySelector(".form-error-message[role=alert]");
  const options = JSON.parse(button.dataset.passkey).publicKey;

  const answer = () => options.user
    ? navigator.credentials.create({ publicKey: known.parseCreationOptionsFromJSON(options) })
    : navigator.credentials.get({ publicKey: known.parseRequestOptionsFromJSON(options) });

  button.hidden = false;
  button.addEventListener("click", async () => {
    problem.hidden = true;
    try {
      form.elements.answer.value = JSON.stringify(await answer());
    } catch {
      // Nobody touched it, or there is none: the browser tells no more.
      problem.hidden = false;
      return;
    }
    form.requestSubmit();
  });
})();
