/* A grid of sheets: Enter and arrows go down and up a column, a block from Excel is pasted, totals follow. Saving is the form's. */
(function () {
  "use strict";

  var all = function (selector, root) { return Array.prototype.slice.call((root || document).querySelectorAll(selector)); };
  var grid = document.querySelector("[data-grid]");
  if (!grid) { return; }
  var lines = all("[data-line]", grid);
  var CELLS = "input:not([type=hidden]), select";
  var cellsOf = function (line) { return all(CELLS, line); };

  // As learning_models/scoring.py judges.
  var points = function (cells) {
    var inputs = cells.filter(function (cell) { return cell.dataset.most; });
    var given = inputs.filter(function (cell) { return cell.value.trim() !== ""; });
    if (!inputs.length || !given.length) { return ""; }
    var wrong = given.some(function (cell) {
      return !/^\d+$/.test(cell.value.trim()) || Number(cell.value) > Number(cell.dataset.most);
    });
    if (wrong) { return "! xem lại điểm"; }
    var sum = given.reduce(function (total, cell) { return total + Number(cell.value); }, 0);
    if (given.length < inputs.length) { return sum + " điểm, còn thiếu " + (inputs.length - given.length) + " ô"; }
    return sum + " điểm, " + (sum >= Number(grid.dataset.pass) ? "đạt" : "chưa đạt");
  };
  var level = function (cells) {
    var inputs = cells.filter(function (cell) { return cell.dataset.level; }), reached = 0;
    if (!inputs.length) { return ""; }
    [1, 2].every(function (each) {
      var asked = inputs.filter(function (cell) { return Number(cell.dataset.level) === each; });
      if (asked.length && asked.every(function (cell) { return cell.checked; })) { reached = each; return true; }
      return !asked.length;
    });
    return reached ? "mức " + reached : "chưa đạt";
  };
  var follow = function (line) {
    var cells = cellsOf(line), words = points(cells) || level(cells), result = line.querySelector("[data-result]");
    if (words && result) { result.textContent = words + " (chưa lưu)"; }
  };
  grid.addEventListener("input", function (event) {
    var line = event.target.closest("[data-line]");
    if (!line) { return; }
    // Whoever enters something has judged the line.
    var done = line.querySelector("[data-done]");
    if (done && event.target !== done) { done.checked = true; }
    follow(line);
  });

  var move = function (input, step) {
    var here = lines.indexOf(input.closest("[data-line]")), place = cellsOf(lines[here]).indexOf(input);
    var next = lines[here + step] && cellsOf(lines[here + step])[place];
    if (next) { next.focus(); if (next.select) { next.select(); } }
  };
  var inTable = grid.tagName === "TABLE";
  grid.addEventListener("keydown", function (event) {
    var input = event.target;
    if (!inTable || input.tagName !== "INPUT" || !input.closest("[data-line]")) { return; }
    var step = { Enter: 1, ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) { event.preventDefault(); move(input, step); }
  });
  grid.addEventListener("paste", function (event) {
    var input = event.target, text = (event.clipboardData || window.clipboardData).getData("text");
    if (!inTable || input.type !== "text" || !/[\n\t]/.test(text.replace(/\s+$/, ""))) { return; }
    event.preventDefault();
    var first = lines.indexOf(input.closest("[data-line]")), place = cellsOf(lines[first]).indexOf(input);
    text.replace(/\r\n?/g, "\n").replace(/\n+$/, "").split("\n").forEach(function (row, offset) {
      var line = lines[first + offset];
      if (!line) { return; }
      row.split("\t").forEach(function (words, column) {
        var cell = cellsOf(line)[place + column];
        if (cell && cell.type === "text") { cell.value = words.trim(); }
      });
      follow(line);
    });
  });
})();
