// Papers: several at once, by button or dropped on the form, each its own request with its progress. Without this file
// the form sends one at a time.
(() => {
  "use strict";
  const form = document.querySelector("[data-papers]");
  if (!form) return;
  const input = form.querySelector("input[type=file]");
  const told = form.querySelector("[data-progress]");
  const refusals = form.querySelector("[data-refusals]");
  const limit = Number(form.dataset.limit);
  input.multiple = true;
  form.querySelector("[type=submit]").hidden = true;

  const refuse = (text) => {
    const line = document.createElement("p");
    line.className = "form-error-message";
    line.textContent = text;
    refusals.append(line);
    form.querySelector(".form-group").classList.add("form-error");
  };

  /* A key for each file: the form's own was made for one. */
  const key = () => {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5");
  };

  /* The page that the server answers with: its list, and its refusal if it made one. */
  const take = (request) => {
    const page = new DOMParser().parseFromString(request.responseText, "text/html");
    const list = page.querySelector("[data-papers-list]");
    if (!list) return false;
    document.querySelector("[data-papers-list]").replaceWith(list);
    // It asks for itself while a paper is being examined.
    window.htmx?.process(list);
    const said = page.getElementById("id_file_error");
    if (said) refuse(said.textContent.replace("Fejl: ", ""));
    return !said;
  };

  const send = (file) =>
    new Promise((done) => {
      const data = new FormData(form);
      data.set("file", file);
      data.set("idempotency_key", key());
      const request = new XMLHttpRequest();
      request.upload.addEventListener("progress", (event) => {
        if (event.lengthComputable) told.textContent = `${file.name}: ${Math.round((100 * event.loaded) / event.total)} % sendt`;
      });
      request.addEventListener("load", () => {
        const own = request.responseURL.split("?")[0] === location.href.split(/[?#]/)[0];
        if (own && [200, 422].includes(request.status)) return done(take(request));
        refuse(own ? `»${file.name}« blev ikke gemt. Prøv igen.` : `»${file.name}« blev ikke gemt: du er logget ud. Log ind i et andet faneblad, og prøv igen.`);
        done(false);
      });
      request.addEventListener("error", () => {
        refuse(`»${file.name}« blev ikke gemt: der er ingen forbindelse. Prøv igen om lidt.`);
        done(false);
      });
      request.open("POST", form.action);
      request.send(data);
    });

  const sendAll = async (files) => {
    refusals.replaceChildren();
    form.querySelector(".form-group").classList.remove("form-error");
    let kept = 0;
    for (const file of files) {
      if (file.size > limit) refuse(`»${file.name}« er for stor. En fil må fylde op til ${limit / 1048576} MB.`);
      else if (await send(file)) kept += 1;
    }
    told.textContent = kept === files.length ? `${kept} gemt` : `${kept} af ${files.length} gemt`;
    input.value = "";
  };

  form.addEventListener("submit", (event) => {
    if (!input.files.length) return;
    event.preventDefault();
    sendAll([...input.files]);
  });
  input.addEventListener("change", () => input.files.length && sendAll([...input.files]));
  /* What is dropped beside the form must not open in place of the page. */
  for (const name of ["dragover", "drop"]) document.addEventListener(name, (event) => event.preventDefault());
  for (const name of ["dragover", "dragleave", "drop"]) {
    form.addEventListener(name, () => form.classList.toggle("sf-over", name === "dragover"));
  }
  form.addEventListener("drop", (event) => event.dataTransfer.files.length && sendAll([...event.dataTransfer.files]));
})();
