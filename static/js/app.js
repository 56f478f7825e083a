/* Small comforts; every page works without them. */
(function () {
  "use strict";

  var all = function (selector, root) {
    return Array.prototype.slice.call((root || document).querySelectorAll(selector));
  };

  // <button data-print hidden> appears only where it can work.
  all("[data-print]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () { window.print(); });
  });

  // A table wider than a sheet on its side is printed in parts that each begin with the first column.
  var SHEET = 154; // digits of the printed size beside the first column
  var widthOf = function (cells) {
    return 1 + Math.max.apply(null, cells.map(function (cell) {
      return Math.max.apply(null, cell.textContent.split(/\s+/).map(function (word) {
        return word.length - (word.match(/[.,]/g) || []).length / 2;
      }));
    }));
  };
  var splitTable = function (table) {
    var rows = all("tr", table).map(function (row) { return all("th, td", row); });
    var even = rows.length && rows.every(function (cells) { return cells.length === rows[0].length; });
    var widths = even ? rows[0].map(function (_, column) {
      return widthOf(rows.map(function (cells) { return cells[column]; }));
    }).slice(1) : [];
    var sum = widths.reduce(function (total, width) { return total + width; }, 0);
    if (sum <= SHEET) { return; }
    var number = Math.ceil(sum / Math.max(SHEET - Math.max.apply(null, widths), SHEET / 3));
    var before = 0;
    var partOf = widths.map(function (width) { before += width; return Math.floor((before - width) / sum * number); });
    for (var part = number - 1; part >= 0; part -= 1) {
      var copy = table.cloneNode(true);
      copy.classList.add("print-part");
      all("tr", copy).forEach(function (row) {
        all("th, td", row).slice(1).forEach(function (cell, column) {
          if (partOf[column] !== part) { cell.remove(); }
        });
      });
      table.after(copy);
    }
    table.hidden = true;
  };
  window.addEventListener("beforeprint", function () { all(".print-wide .register:not([hidden]):not(.print-part)").forEach(splitTable); });
  window.addEventListener("afterprint", function () {
    all(".print-part").forEach(function (copy) {
      copy.previousElementSibling.hidden = false;
      copy.remove();
    });
  });

  // What went wrong is read first.
  var summary = document.querySelector(".form-errors");
  if (summary) { summary.focus(); }

  // <input type=file data-max-mb>: what is too heavy is said before it is sent.
  var heaviness = function (input) {
    var most = Number(input.dataset.maxMb);
    var sizes = Array.prototype.map.call(input.files, function (file) { return file.size / 1048576; });
    var size = Math.max.apply(null, sizes.concat(0));
    return size > most ? "Tệp nặng " + Math.ceil(size) + " MB, chỉ nhận tệp đến " + most + " MB. Hãy chọn tệp nhỏ hơn." : "";
  };
  var judge = function (input) {
    var words = heaviness(input), id = input.id + "_heavy";
    var told = document.getElementById(id) || document.createElement("p");
    if (!words) { told.remove(); return true; }
    told.id = id;
    told.className = "field-error";
    told.setAttribute("role", "alert");
    told.textContent = words;
    input.before(told);
    return false;
  };
  document.addEventListener("change", function (event) {
    if (event.target.matches("[data-max-mb]")) { judge(event.target); }
  });
  document.addEventListener("submit", function (event) {
    var wrong = all("[data-max-mb]", event.target).filter(function (input) { return !judge(input); });
    if (wrong.length) { event.preventDefault(); wrong[0].focus(); }
  });

  // One press sends one form. A form that answers with a file says data-repeat.
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.method !== "post" || form.hasAttribute("data-repeat") || event.defaultPrevented) { return; }
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    all("button[type=submit], button:not([type])", form).forEach(function (button) {
      button.setAttribute("aria-disabled", "true");
    });
  });
  // Coming back with the browser's arrow makes the form usable again.
  window.addEventListener("pageshow", function () {
    all("form[data-sent]").forEach(function (form) {
      delete form.dataset.sent;
      all("[aria-disabled]", form).forEach(function (button) { button.removeAttribute("aria-disabled"); });
    });
  });

  // data-autosubmit: a filter sends itself when a choice changes.
  document.addEventListener("change", function (event) {
    var form = event.target.closest("form[data-autosubmit]");
    if (form && form.requestSubmit && event.target.tagName === "SELECT") { form.requestSubmit(); }
  });

  // Menus close on a click elsewhere and on Escape.
  document.addEventListener("click", function (event) {
    all("details.menu[open]").forEach(function (menu) {
      if (!menu.contains(event.target)) { menu.open = false; }
    });
  });
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") { return; }
    all("details.menu[open]").forEach(function (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  });

  // The network is gone, or the server refused: say so until the next good answer.
  var connection = document.getElementById("connection");
  var show = function (reason) {
    if (!connection) { return; }
    connection.hidden = !reason;
    all("[data-reason]", connection).forEach(function (text) { text.hidden = text.dataset.reason !== reason; });
  };
  document.addEventListener("htmx:sendError", function () { show("network"); });
  document.addEventListener("htmx:timeout", function () { show("network"); });
  document.addEventListener("htmx:responseError", function () { show("server"); });
  document.addEventListener("htmx:afterOnLoad", function (event) {
    if (event.detail.xhr.status < 400) { show(""); }
  });
  // A session that ended answers with the sign-in page: open it as a page.
  document.addEventListener("htmx:beforeSwap", function (event) {
    var signIn = document.body.dataset.signIn;
    var answered = event.detail.xhr.responseURL;
    if (signIn && answered && new URL(answered).pathname === signIn) {
      event.detail.shouldSwap = false;
      window.location.reload();
    }
  });
})();
