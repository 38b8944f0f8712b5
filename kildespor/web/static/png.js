// Saves a drawing as PNG: what has data-png, the address of the drawing as SVG, does so at a click. Without this script
// there is the SVG alone.
"use strict";
(() => {
  const SHARP = 2;

  const save = async (address) => {
    const image = new Image();
    image.src = address;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = image.naturalWidth * SHARP;
    canvas.height = image.naturalHeight * SHARP;
    const pen = canvas.getContext("2d");
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(image, 0, 0, canvas.width, canvas.height);
    canvas.toBlob((blob) => {
      const link = document.createElement("a");
      link.href = URL.createObjectURL(blob);
      link.download = "kildespor.png";
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 60000);
    });
  };
  document.addEventListener("click", (event) => {
    const asked = event.target.closest?.("[data-png]");
    if (asked) save(asked.dataset.png);
  });
  for (const button of document.querySelectorAll("[data-png]")) button.hidden = false;
})();
