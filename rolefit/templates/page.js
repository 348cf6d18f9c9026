"use strict";

/* The paste box, the file drop and the corrections of `rolefit serve`. What is shown of a posting is drawn by posting.js, a
   scored file by report.js; everything that is asked for is asked of the machine that the page came from. */
(() => {
  const { make, draw, told } = Posting;
  const find = (id) => document.getElementById(id);
  const about = JSON.parse(find("about").textContent);

  /** What the server answers; an `Error` with its sentence when it refuses. */
  const ask = async (method, path, body, type = "application/json") => {
    let answer;
    try {
      answer = await fetch(path, { method, body, headers: body === undefined ? {} : { "Content-Type": type }, cache: "no-store", credentials: "omit", redirect: "error" });
    } catch {
      throw new Error("rolefit does not answer any more. Start it again with “rolefit serve” and reload this page.");
    }
    if (answer.ok) return answer;
    throw new Error((await answer.json().catch(() => ({}))).error ?? `rolefit refused with status ${answer.status}.`);
  };
  const classify = async (text, title) => (await ask("POST", "/classify", JSON.stringify({ text, title }))).json();
  const callout = (text) => make("p", { class: "callout", role: "alert" }, text);

  /* ---- corrections ---- */

  const corrections = new Map();
  const save = find("save");
  const forget = find("forget");

  const count = () => {
    const lines = corrections.size;
    find("corrected").textContent = lines === 0 ? "No line has been corrected." : lines === 1 ? "1 line has been corrected." : `${lines} lines have been corrected.`;
    for (const button of [save, forget]) button.setAttribute("aria-disabled", lines === 0);
  };

  /** A choice of role for one line of a posting; `role` is what it was read as, `none` for a line that does not count. */
  const chooser = (id, line, role) => {
    const key = JSON.stringify([id, line]);
    const select = make("select", { "aria-label": `Right role of “${line.slice(0, 80)}”` });
    for (const [value, meaning] of about.choices) select.append(make("option", { value }, value === role ? `${value} (as read)` : `${value}: ${meaning}`));
    const mark = () => {
      select.value = corrections.get(key)?.role ?? role;
      if (corrections.has(key)) select.dataset.changed = "";
      else delete select.dataset.changed;
    };
    select.addEventListener("change", () => {
      if (select.value === role) corrections.delete(key);
      else corrections.set(key, { id, line, role: select.value });
      mark();
      count();
    });
    document.addEventListener("forgotten", mark);
    mark();
    return make("label", { class: "line-role" }, "Role ", select);
  };

  const download = (blob, name) => {
    const address = URL.createObjectURL(blob);
    make("a", { href: address, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(address), 10_000);
  };
  save.addEventListener("click", async () => {
    if (!corrections.size) return;
    try {
      const answer = await ask("POST", "/corrections", JSON.stringify({ corrections: [...corrections.values()] }));
      download(await answer.blob(), "corrections.csv");
    } catch (error) {
      find("corrected").textContent = error.message;
    }
  });
  forget.addEventListener("click", () => {
    corrections.clear();
    count();
    document.dispatchEvent(new Event("forgotten"));
  });

  /* ---- one posting ---- */

  const editor = find("editor");
  const posting = find("posting");
  const title = find("title");
  const intended = find("intended");
  const verdict = find("verdict");
  const aim = find("aim");
  let latest = null;

  const shownAim = () => {
    const role = intended.value;
    aim.hidden = !role || !latest;
    if (aim.hidden) return;
    const [other] = about.sides.filter((side) => side !== role);
    const name = about.names[role];
    const lines = latest.lines;
    const named = new Set(lines.filter((line) => line.role === role || line.role === "both").flatMap((line) => line.theme.split("+")));
    const missing = about.themes[role].filter((theme) => !named.has(theme));
    const against = lines.map((line, index) => [line, index]).filter(([line]) => line.role === other);
    const reached = latest.label === `${role}-like`;
    aim.replaceChildren(
      make("h3", { id: "aim-heading" }, `To describe a ${name}`),
      make("p", {}, reached ? `It does: the label is ${latest.label}.` : `Not yet: the label is ${latest.label}.`),
      make("h4", {}, `Themes of a ${name} that no line names`),
      missing.length ? make("ul", { id: "missing" }, ...missing.map((theme) => make("li", {}, theme))) : make("p", {}, "None; every theme is named."),
      make("h4", {}, `Lines that speak for a ${about.names[other]}`),
      against.length ? make("ul", { id: "against" }, ...against.map(([line, index]) => make("li", {}, make("a", { href: `#live-${index + 1}` }, make("bdi", {}, line.text))))) : make("p", {}, "None."),
    );
  };

  const show = (answer) => {
    latest = told(answer, about);
    const held = document.activeElement?.id;
    verdict.replaceChildren(draw(latest, { ...about, choose: (line, role) => chooser(title.value.trim() || "pasted", line, role) }, "live", 3));
    if (held?.startsWith("live-")) find(held)?.focus({ preventScroll: true });
    find("said").textContent = `${latest.label}, ${Posting.percent(latest.confidence)} sure. ${latest.reason}.${latest.mismatch ? " The title says otherwise." : ""}`;
    shownAim();
  };

  const nothing = () => {
    latest = null;
    verdict.replaceChildren(make("p", { class: "nothing" }, "The verdict on the posting will stand here, with the lines that decide it."));
    find("said").textContent = "";
    shownAim();
  };

  let asking = false;
  let again = false;
  /** One question at a time; what was typed meanwhile is asked next, so an answer is never older than the one before. */
  const read = async () => {
    if (asking) {
      again = true;
      return;
    }
    asking = true;
    do {
      again = false;
      if (!posting.value.trim()) {
        nothing();
        continue;
      }
      try {
        const answer = await classify(posting.value, title.value || null);
        if (posting.value.trim()) show(answer);
        else nothing();
      } catch (error) {
        latest = null;
        verdict.replaceChildren(callout(error.message));
        shownAim();
      }
    } while (again);
    asking = false;
  };

  editor.addEventListener("submit", (event) => event.preventDefault());
  posting.addEventListener("input", read);
  title.addEventListener("input", read);
  intended.addEventListener("input", shownAim);
  editor.addEventListener("reset", () => setTimeout(read));
  find("example").addEventListener("click", () => {
    posting.value = about.example.text;
    title.value = about.example.title;
    read();
  });

  /** Formatted text is read as the HTML that it is: what a reader sees of it goes into the box, lists and headings in lines of their own. */
  posting.addEventListener("paste", async (event) => {
    const formatted = event.clipboardData.getData("text/html");
    if (!formatted) return;
    const plain = event.clipboardData.getData("text/plain");
    event.preventDefault();
    let text = plain;
    try {
      const answer = await classify(formatted, null);
      if (answer.text !== formatted) text = answer.text.trim();
    } catch {
      // Too large or not to be read; the plain text that came with it will do, and says so itself if it will not.
    }
    posting.focus();
    // The only way in which a change stays in the box's own history of undoing.
    if (!document.execCommand("insertText", false, text)) {
      posting.setRangeText(text, posting.selectionStart, posting.selectionEnd, "end");
      read();
    }
  });

  nothing();
  count();
  if (posting.value) read(); // a browser brings the text back when a page is reloaded
})();
