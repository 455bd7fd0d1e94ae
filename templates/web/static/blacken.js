"use strict";
// Parts of a picture are covered before it leaves: boxes over the picture, drawn or moved by hand or by keyboard. What
// is sent is a new picture, painted here; the file that was chosen (its place, its time, its camera) stays where it is.
(() => {
  const form = document.querySelector("form[data-covering]");
  if (!form) return;
  const LONGEST = 2000;   // dots: a card is legible with far fewer
  const BLOCK = 16;       // JPEG packs squares of 16 dots together: a box fills them, so that it stays black to its edge
  const STEP = 8;
  const input = form.querySelector("[data-picture]");
  const tool = form.querySelector("[data-tool]");
  const stage = tool.querySelector("[data-stage]");
  const canvas = stage.querySelector("canvas");
  const said = tool.querySelector("[data-said]");
  let picture = null;
  let boxes = [];
  let warned = false;

  const limit = (value, most) => Math.min(Math.max(value, 0), most);
  const place = (box) => {
    box.x = limit(box.x, canvas.width - BLOCK);
    box.y = limit(box.y, canvas.height - BLOCK);
    box.width = limit(Math.max(box.width, BLOCK), canvas.width - box.x);
    box.height = limit(Math.max(box.height, BLOCK), canvas.height - box.y);
    const part = (value, whole) => `${(100 * value) / whole}%`;
    Object.assign(box.element.style, {
      left: part(box.x, canvas.width), top: part(box.y, canvas.height),
      width: part(box.width, canvas.width), height: part(box.height, canvas.height),
    });
  };
  const name = () => boxes.forEach((box, number) =>
    box.element.setAttribute("aria-label", tool.dataset.box.replace("{number}", number + 1)));
  const say = () => { warned = false; said.textContent = tool.dataset.ready.replace("{count}", boxes.length); };
  const add = (box) => {
    box.element = document.createElement("button");
    box.element.type = "button";
    box.element.addEventListener("keydown", (event) => moved(event, box));
    stage.append(box.element);
    boxes.push(box);
    place(box);
    name();
    say();
    return box;
  };
  const remove = (box) => {
    box.element.remove();
    boxes = boxes.filter((each) => each !== box);
    name();
    say();
    (boxes.length ? boxes[boxes.length - 1].element : tool.querySelector("[data-add]")).focus();
  };
  const moved = (event, box) => {
    const ways = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] };
    if (event.key === "Delete" || event.key === "Backspace") { event.preventDefault(); remove(box); return; }
    if (!(event.key in ways)) return;
    event.preventDefault();
    const [across, down] = ways[event.key];
    if (event.shiftKey) { box.width += across; box.height += down; } else { box.x += across; box.y += down; }
    place(box);
  };

  // --- by hand ---
  const dot = (event) => {
    const seen = canvas.getBoundingClientRect();
    return { x: ((event.clientX - seen.left) * canvas.width) / seen.width,
      y: ((event.clientY - seen.top) * canvas.height) / seen.height };
  };
  stage.addEventListener("pointerdown", (event) => {
    if (!picture || event.button) return;
    event.preventDefault();
    const from = dot(event);
    const held = boxes.find((box) => box.element === event.target);
    const start = held ? { x: held.x, y: held.y } : null;
    let drawn = held || null;
    const follow = (next) => {
      const to = dot(next);
      if (held) { held.x = start.x + to.x - from.x; held.y = start.y + to.y - from.y; place(held); return; }
      if (!drawn) drawn = add({ x: from.x, y: from.y, width: BLOCK, height: BLOCK });
      drawn.x = Math.min(from.x, to.x);
      drawn.y = Math.min(from.y, to.y);
      drawn.width = Math.abs(to.x - from.x);
      drawn.height = Math.abs(to.y - from.y);
      place(drawn);
    };
    const end = () => {
      window.removeEventListener("pointermove", follow);
      window.removeEventListener("pointerup", end);
      window.removeEventListener("pointercancel", end);
      if (drawn) drawn.element.focus();
    };
    window.addEventListener("pointermove", follow);
    window.addEventListener("pointerup", end);
    window.addEventListener("pointercancel", end);
  });
  tool.querySelector("[data-add]").addEventListener("click", () => {
    const width = canvas.width / 3;
    const height = canvas.height / 8;
    add({ x: (canvas.width - width) / 2, y: (canvas.height - height) / 2, width, height }).element.focus();
  });
  tool.querySelector("[data-remove]").addEventListener("click", () => {
    if (boxes.length) remove(boxes[boxes.length - 1]);
  });

  // --- the picture ---
  input.addEventListener("change", async () => {
    boxes.forEach((box) => box.element.remove());
    boxes = [];
    picture = null;
    tool.hidden = !input.files.length;
    stage.hidden = false;
    if (!input.files.length) return;
    try {
      picture = await createImageBitmap(input.files[0], { imageOrientation: "from-image" });
    } catch {
      stage.hidden = true;
      said.textContent = tool.dataset.broken;
      return;
    }
    const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    paint(canvas, false);
    say();
  });
  const paint = (onto, covered) => {
    const pen = onto.getContext("2d");
    pen.fillStyle = "#ffffff";
    pen.fillRect(0, 0, onto.width, onto.height);
    pen.drawImage(picture, 0, 0, onto.width, onto.height);
    if (!covered) return;
    pen.fillStyle = "#000000";
    for (const box of boxes) {
      const left = Math.floor(box.x / BLOCK) * BLOCK;
      const top = Math.floor(box.y / BLOCK) * BLOCK;
      const right = Math.ceil((box.x + box.width) / BLOCK) * BLOCK;
      const bottom = Math.ceil((box.y + box.height) / BLOCK) * BLOCK;
      pen.fillRect(left, top, right - left, bottom - top);
    }
  };
  form.addEventListener("submit", async (event) => {
    if (!picture) return;
    event.preventDefault();
    if (!boxes.length && !warned) {
      warned = true;
      said.textContent = tool.dataset.none;
      said.scrollIntoView({ block: "center" });
      return;
    }
    const made = document.createElement("canvas");
    made.width = canvas.width;
    made.height = canvas.height;
    paint(made, true);
    const blob = await new Promise((done) => { made.toBlob(done, "image/jpeg", 0.85); });
    const chosen = new DataTransfer();
    chosen.items.add(new File([blob], "copy.jpg", { type: "image/jpeg" }));
    input.files = chosen.files;
    form.submit();
  });
})();
