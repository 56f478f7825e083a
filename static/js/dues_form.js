/* The grid of dues: Enter and arrows go down and up, a column from Excel is pasted, the sum follows. Saving is the form's. */
(function () {
  "use strict";

  var form = document.getElementById("dues-form");
  if (!form) { return; }
  var rows = Array.prototype.slice.call(form.querySelectorAll("[data-row]"));
  var inputs = rows.map(function (row) { return row.querySelector("input"); });
  var sum = form.querySelector("[data-sum]"), counted = form.querySelector("[name=handed_over]");
  var PLAIN = /^-?\d+$/, DOTTED = /^-?\d{1,3}(\.\d{3})+$/;

  // Whole đồng, or null for what only the server reads ("20 nghìn").
  var read = function (text) {
    text = text.replace(/\s|đồng|₫/g, "");
    if (!text) { return 0; }
    return PLAIN.test(text) || DOTTED.test(text) ? Number(text.replace(/\./g, "")) : null;
  };
  var show = function (number) { return String(number).replace(/\B(?=(\d{3})+(?!\d))/g, "."); };

  var follow = function () {
    var total = Number(form.dataset.elsewhere), known = true;
    rows.forEach(function (row, place) {
      var amount = read(inputs[place].value), cell = row.querySelector("[data-open]");
      if (amount === null) { known = false; return; }
      total += amount;
      if (cell.dataset.open) {
        var left = Number(cell.dataset.open) - amount;
        cell.textContent = left < 0 ? "thừa " + show(-left) : show(left);
      }
    });
    var money = counted.value.trim() ? read(counted.value) : null;
    var state = document.getElementById("balance");
    if (!form.dataset.typed) {
      // From here on the page says it in words alone: what the server drew stands for what was saved.
      form.dataset.typed = "1";
      state.textContent = "";
      sum = state.appendChild(document.createElement("strong"));
    }
    if (!known) {
      sum.textContent = "Có ô chỉ máy chủ đọc được: bấm “Lưu nháp” để cộng lại.";
      sum.className = "";
      return;
    }
    var words = "Cộng các dòng " + show(total) + " đồng; ";
    if (money === null) { words += "chưa nhập số tiền đã đếm."; }
    else if (money === total) { words += "✓ khớp với tiền đã đếm."; }
    else { words += "! chưa khớp: tiền đã đếm " + (money > total ? "nhiều hơn " : "ít hơn ") + show(Math.abs(money - total)) + " đồng."; }
    sum.textContent = words;
    sum.className = money === null ? "" : money === total ? "difference-up" : "fault";
  };

  var move = function (input, step) {
    var next = inputs[inputs.indexOf(input) + step];
    if (next) { next.focus(); next.select(); }
  };
  form.addEventListener("keydown", function (event) {
    if (inputs.indexOf(event.target) < 0) { return; }
    if (event.key === "Enter" || event.key === "ArrowDown") { event.preventDefault(); move(event.target, 1); }
    if (event.key === "ArrowUp") { event.preventDefault(); move(event.target, -1); }
  });
  form.addEventListener("input", follow);
  form.addEventListener("paste", function (event) {
    var start = inputs.indexOf(event.target);
    var text = (event.clipboardData || window.clipboardData).getData("text").replace(/\r\n?/g, "\n").replace(/\n+$/, "");
    if (start < 0 || text.indexOf("\n") < 0) { return; }
    event.preventDefault();
    text.split("\n").forEach(function (line, offset) {
      if (inputs[start + offset]) { inputs[start + offset].value = line.split("\t")[0].trim(); }
    });
    follow();
  });
})();
