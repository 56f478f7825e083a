/* The form of a quarter: goes by keyboard, takes a block from Excel, saves by itself and says so at every cell. */
(function () {
  "use strict";

  var form = document.getElementById("report-form");
  var outbox = window.khOutbox;
  if (!form || !form.dataset.save || !outbox) { return; }
  var report = form.dataset.report, save = form.dataset.save;
  var line = document.getElementById("save-state");
  // Whether this page opens without a network.
  var keeps = Boolean(navigator.serviceWorker && navigator.serviceWorker.controller);
  var timer = null;

  var all = function (selector, root) {
    return Array.prototype.slice.call((root || form).querySelectorAll(selector));
  };
  var rows = {};
  all("[data-cell]").forEach(function (row) { rows[row.dataset.cell] = row; });
  all("[data-section]").forEach(function (row) { rows[row.dataset.section] = row; });
  var part = function (row, name) { return row.querySelector("[name^='" + name + "-']"); };
  var rowOf = function (element) { return element.closest("[data-cell], [data-section]"); };

  var editOf = function (row) {
    var version = Number(row.dataset.version);
    if (row.dataset.section) {
      return { section: row.dataset.section, version: version, text: row.querySelector("textarea").value };
    }
    var edit = {
      indicator: row.dataset.cell, version: version,
      value: part(row, "v").value, no_data: part(row, "n").checked, reason: part(row, "r").value
    };
    if (part(row, "t")) { edit.total = part(row, "t").value; edit.total_reason = part(row, "tr").value; }
    return edit;
  };
  var fill = function (row, edit) {
    if (row.dataset.section) { row.querySelector("textarea").value = edit.text; return; }
    part(row, "v").value = edit.value;
    part(row, "n").checked = edit.no_data;
    part(row, "r").value = edit.reason;
    if (part(row, "t") && edit.total !== undefined) {
      part(row, "t").value = edit.total;
      part(row, "tr").value = edit.total_reason;
    }
  };
  var mark = function (row, state, text) {
    var cell = row.querySelector("td.cell") || row;
    cell.classList.remove("cell-saved", "cell-waiting", "cell-refused");
    if (state) { cell.classList.add("cell-" + state); }
    all(".cell-note", row).forEach(function (note) { if (note.id) { note.textContent = text; } });
    var input = part(row, "v");
    if (input) { input.toggleAttribute("aria-invalid", state === "refused"); if (state === "refused") { input.setAttribute("aria-invalid", "true"); } }
    all(".cell-choice", row).forEach(function (choice) { choice.remove(); });
  };
  var say = function (text) { if (line) { line.textContent = text; } };

  var changed = function (row, now) {
    outbox.put(report, save, editOf(row));
    mark(row, "waiting", "⟳ chờ lưu");
    window.clearTimeout(timer);
    timer = window.setTimeout(function () { outbox.flush(report); }, now ? 50 : 900);
  };

  // ---------- typing ----------
  form.addEventListener("input", function (event) {
    var row = rowOf(event.target);
    if (!row) { return; }
    if (event.target.name.indexOf("v-") === 0 && event.target.value.trim()) { part(row, "n").checked = false; }
    if (event.target.type === "checkbox" && event.target.checked) { part(row, "v").value = ""; }
    changed(row, event.target.type === "checkbox");
  });
  form.addEventListener("change", function (event) {
    var row = rowOf(event.target);
    if (row && outbox.count(report)) { window.clearTimeout(timer); outbox.flush(report); }
  });

  var columnOf = function (input) {
    var name = input.name.split("-")[0];
    return all("input[type=text]").filter(function (other) {
      return other.name.split("-")[0] === name && other.offsetParent !== null;
    });
  };
  var move = function (input, step) {
    var column = columnOf(input);
    var next = column[column.indexOf(input) + step];
    if (next) { next.focus(); next.select(); }
  };
  form.addEventListener("keydown", function (event) {
    var input = event.target;
    if (input.tagName !== "INPUT" || input.type !== "text" || !rowOf(input)) { return; }
    if (event.key === "Enter" || event.key === "ArrowDown") { event.preventDefault(); move(input, 1); }
    if (event.key === "ArrowUp") { event.preventDefault(); move(input, -1); }
  });

  // ---------- a block from Excel ----------
  var NONE = /^(x|-|–|—|…|\.\.\.|chưa có( số liệu)?)$/i;
  var setCell = function (row, text) {
    if (NONE.test(text)) { part(row, "n").checked = true; part(row, "v").value = ""; }
    else { part(row, "v").value = text; part(row, "n").checked = false; }
    changed(row, false);
  };
  form.addEventListener("paste", function (event) {
    var input = event.target;
    var text = (event.clipboardData || window.clipboardData).getData("text");
    if (input.tagName !== "INPUT" || !/^[vt]-/.test(input.name) || !/[\n\t]/.test(text.replace(/\s+$/, ""))) { return; }
    event.preventDefault();
    var lines = text.replace(/\r\n?/g, "\n").replace(/\n+$/, "").split("\n");
    var column = columnOf(input), start = column.indexOf(input), filled = 0;
    lines.forEach(function (words, offset) {
      var target = column[start + offset];
      var cells = words.split("\t").map(function (cell) { return cell.trim(); });
      if (!target) { return; }
      var row = rowOf(target);
      if (cells[0]) {
        if (input.name.charAt(0) === "v") { setCell(row, cells[0]); } else { target.value = cells[0]; changed(row, false); }
        filled += 1;
      }
      if (cells[1] && input.name.charAt(0) === "v" && part(row, "t")) { part(row, "t").value = cells[1]; changed(row, false); }
    });
    say("Đã dán " + filled + " ô" + (lines.length > column.length - start ? "; phần thừa ở cuối không có ô để dán" : ""));
  });

  // ---------- as last quarter ----------
  form.addEventListener("click", function (event) {
    var button = event.target.closest("button[name=copy]");
    if (!button) { return; }
    event.preventDefault();
    var single = button.value.indexOf("c-") === 0;
    var inside = document.getElementById(button.value);
    var wanted = single ? [inside] : all("[data-cell]", inside);
    wanted.forEach(function (row) {
      var input = part(row, "v");
      var blank = !input.value.trim() && !part(row, "n").checked && !input.placeholder;
      if (input.dataset.previous && (single || blank)) {
        input.value = input.dataset.previous;
        part(row, "n").checked = false;
        changed(row, true);
      }
    });
  });

  // ---------- what became of it ----------
  var choose = function (row, answer) {
    var box = document.createElement("span");
    box.className = "cell-choice";
    [["Giữ phần của tôi", function () {
      row.dataset.version = answer.version;
      changed(row, true);
    }], ["Lấy phần kia", function () {
      row.dataset.version = answer.version;
      fill(row, answer);
      outbox.drop(report, answer.target);
      mark(row, "saved", "✓ đã lấy phần kia");
    }]].forEach(function (choice) {
      var button = document.createElement("button");
      button.type = "button";
      button.className = "btn btn-outline-primary";
      button.textContent = choice[0];
      button.addEventListener("click", choice[1]);
      box.appendChild(button);
    });
    (row.querySelector("td.cell") || row).appendChild(box);
  };
  var failed = function (row, answer) {
    mark(row, "refused", "! " + answer.message);
    if (answer.state === "conflict") { choose(row, answer); }
  };
  var same = function (one, other) {
    return ["value", "no_data", "reason", "total", "total_reason", "text"].every(function (name) {
      return one[name] === undefined || other[name] === undefined || one[name] === other[name];
    });
  };
  document.addEventListener("outbox:sending", function (event) {
    if (event.detail.report === report) { say("Đang lưu…"); }
  });
  document.addEventListener("outbox:answered", function (event) {
    if (event.detail.report !== report) { return; }
    var data = event.detail.data;
    data.answers.forEach(function (answer) {
      var row = rows[answer.target];
      if (!row) { return; }
      if (answer.state !== "saved") { if (!event.detail.elsewhere) { failed(row, answer); } return; }
      outbox.drop(report, answer.target);
      row.dataset.version = answer.version;
      var version = part(row, "w") || part(row, "version");
      if (version) { version.value = answer.version; }
      // Somebody typed on while this was under way: the newer number is still waiting.
      var waits = (row.querySelector("td.cell") || row).classList.contains("cell-waiting");
      if (event.detail.elsewhere ? waits : !same(editOf(row), event.detail.sent[answer.target])) { return; }
      var focused = row.contains(document.activeElement) && document.activeElement.type !== "checkbox";
      if (!focused && (row.dataset.cell || event.detail.elsewhere)) { fill(row, answer); }
      mark(row, "saved", "✓ đã lưu " + data.saved_at);
    });
    showFindings(data.findings);
    var progress = document.getElementById("progress");
    if (progress) { progress.textContent = data.filled + "/" + data.asked + " chỉ tiêu"; }
    var left = outbox.count(report), wrong = outbox.failures(report).length;
    say(left ? "Đang lưu…" : wrong ? wrong + " ô chưa lưu được: hãy xem chỗ có dấu !" : "Đã lưu " + data.saved_at);
  });
  document.addEventListener("outbox:waiting", function (event) {
    if (event.detail.report !== report) { return; }
    var number = event.detail.number;
    if (event.detail.reason === "signin") { say("Phiên làm việc đã hết: ông/bà đăng nhập lại, " + number + " ô đang chờ sẽ được gửi"); return; }
    say((event.detail.reason === "server" ? "Máy chủ chưa nhận được: " : "Mất mạng: ") + number + " ô đang chờ trên máy này, sẽ tự gửi khi được" +
      (keeps ? "" : ". Ông/bà để trang này mở, hoặc mở lại khi có mạng"));
  });
  document.addEventListener("outbox:stopped", function (event) {
    if (event.detail.report === report) { say(event.detail.message); line.classList.add("fault"); }
  });
  document.addEventListener("outbox:full", function () { say("Máy này hết chỗ nhớ: ông/bà đừng đóng trang trước khi lưu xong"); });

  var showFindings = function (findings) {
    all("[data-cell]").forEach(function (row) {
      var found = findings[row.dataset.cell] || [];
      var list = row.querySelector(".cell-findings");
      list.textContent = "";
      found.forEach(function (finding) {
        var item = document.createElement("li");
        item.textContent = finding.message;
        if (finding.fault) { item.className = "fault"; }
        list.appendChild(item);
      });
      var asks = found.some(function (finding) { return !finding.fault && !finding.total; });
      var reason = row.querySelector(".cell-reason");
      // Never taken away from under the cursor.
      reason.hidden = !asks && !reason.contains(document.activeElement);
    });
  };

  // ---------- saving and going on ----------
  // What the server refused is looked at before anything is handed in.
  var showFailure = function () {
    var targets = outbox.failures(report);
    var row = rows[targets[0]];
    if (!row) { return false; }
    say(targets.length + " ô chưa lưu được: sửa hoặc chọn xong rồi mới nộp");
    (part(row, "v") || row.querySelector("textarea")).focus();
    return true;
  };
  form.addEventListener("submit", function (event) {
    event.preventDefault();
    window.clearTimeout(timer);
    outbox.flush(report).then(function () {
      if (!outbox.count(report) && !showFailure()) { say("Không còn ô nào chờ lưu"); }
    });
  });
  document.addEventListener("click", function (event) {
    var link = event.target.closest("a[href$='/check/']");
    if (!link || !(outbox.count(report) || outbox.failures(report).length)) { return; }
    event.preventDefault();
    window.clearTimeout(timer);
    outbox.flush(report).then(function () {
      if (!outbox.count(report) && !showFailure()) { window.location.href = link.href; }
    });
  });
  window.addEventListener("beforeunload", function (event) {
    // Without storage what waits would be lost with the page.
    if (outbox.count(report) && !outbox.isKept(report)) { event.preventDefault(); }
  });

  // ---------- what waited from before ----------
  var box = outbox.read(report);
  if (box) {
    Object.keys(box.failed).forEach(function (target) {
      if (rows[target]) { fill(rows[target], box.failed[target].edit); failed(rows[target], box.failed[target].answer); }
    });
    (box.sending ? box.sending.edits : []).concat(Object.keys(box.pending).map(function (target) { return box.pending[target]; }))
      .forEach(function (edit) {
        var row = rows[edit.indicator || edit.section];
        if (row) { fill(row, edit); mark(row, "waiting", "⟳ chờ lưu"); }
      });
    if (outbox.count(report)) { outbox.flush(report); }
  }

  // ---------- opening without a network ----------
  if ("serviceWorker" in navigator && window.caches) {
    navigator.serviceWorker.register("/service-worker.js").then(function () {
      return window.caches.open("khuyenhoc");
    }).then(function (cache) {
      var files = all("link[rel=stylesheet], script[src]", document).map(function (each) { return each.href || each.src; });
      var icons = document.querySelector("use");
      if (icons) { files.push(icons.getAttribute("href").split("#")[0]); }
      return cache.addAll([window.location.pathname].concat(files));
    }).then(function () { keeps = true; document.body.dataset.offline = "ready"; }).catch(function () { keeps = false; });
  }
})();
