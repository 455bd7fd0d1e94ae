"use strict";
// Files can be dropped on the form, and are sent one after the other with their progress. Without this script the form
// sends them as any form does.
(() => {
  const form = document.querySelector("form[data-upload]");
  if (!form) return;
  const drop = form.querySelector("[data-drop]");
  const input = form.querySelector("input[type=file]");
  const chosen = form.querySelector("[data-chosen]");
  const box = form.querySelector("[data-progress]");
  const bar = box.querySelector("progress");
  const said = box.querySelector("[role=status]");
  const wrong = document.getElementById("upload-wrong");
  const button = form.querySelector("button.first");
  let request = null;

  const show = () => { chosen.textContent = [...input.files].map((file) => file.name).join(", "); };
  const over = (event, is) => { event.preventDefault(); drop.classList.toggle("over", is); };
  drop.addEventListener("dragover", (event) => over(event, true));
  drop.addEventListener("dragleave", (event) => over(event, false));
  drop.addEventListener("drop", (event) => {
    over(event, false);
    if (event.dataTransfer.files.length) { input.files = event.dataTransfer.files; show(); }
  });
  input.addEventListener("change", show);

  const complain = (text) => {
    wrong.textContent = text || form.dataset.broken;
    wrong.hidden = false;
    wrong.scrollIntoView({ block: "nearest" });
  };

  const send = (file, number, count) => new Promise((done, failed) => {
    const data = new FormData(form);
    data.delete(input.name);
    data.append(input.name, file, file.name);
    request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.upload.addEventListener("progress", (event) => {
      const percent = event.lengthComputable ? Math.floor((100 * event.loaded) / event.total) : 0;
      bar.value = percent;
      said.textContent = form.dataset.sending.replace("{name}", file.name).replace("{percent}", percent)
        .replace("{number}", number).replace("{count}", count);
    });
    request.addEventListener("load", () => {
      if (request.status === 200) { done(request.responseURL); return; }
      const page = new DOMParser().parseFromString(request.responseText, "text/html");
      const why = page.querySelector("[role=alert]:not([hidden])") || page.querySelector("main p");
      failed(why ? why.textContent.trim() : "");
    });
    request.addEventListener("error", () => failed(""));
    request.addEventListener("abort", () => failed(null));
    request.send(data);
  });

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    wrong.hidden = true;
    box.hidden = false;
    button.disabled = true;
    const files = [...input.files];
    try {
      let last = form.dataset.after;
      for (const [place, file] of files.entries()) last = await send(file, place + 1, files.length);
      window.location.assign(files.length === 1 ? last : form.dataset.after);
    } catch (why) {
      box.hidden = true;
      button.disabled = false;
      if (why !== null) complain(why);
    }
  });
  box.querySelector("[data-cancel]").addEventListener("click", () => { if (request) request.abort(); });
})();
