// How payments stand, on somebody else's page: <script async src=".../widget.js" data-lang="en" data-component="..."></script>
(() => {
  const script = document.currentScript, data = script.dataset, site = new URL(".", script.src).href;
  const english = (data.lang || document.documentElement.lang || "zh").startsWith("en");
  const root = site + (english ? "en/" : ""), of = data.component ? encodeURIComponent(data.component) + "/" : "";
  const host = document.createElement("span"), inside = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`a{display:inline-flex;gap:.5em;align-items:center;padding:.35em .8em;border:1px solid #8884;border-radius:99px;
font:500 14px/1.4 system-ui,"PingFang SC","Microsoft YaHei",sans-serif;color:#1c1f23;background:#fff;text-decoration:none}
a:focus-visible{outline:2px solid;outline-offset:2px}i{width:.65em;height:.65em;border-radius:50%;background:var(--c)}i.q{background:0;box-shadow:inset 0 0 0 2px #5d646e}
@media(prefers-color-scheme:dark){a{color:#e8eaed;background:#16191d}}a.light{color:#1c1f23;background:#fff}a.dark{color:#e8eaed;background:#16191d}`);
  inside.adoptedStyleSheets = [sheet];
  const link = document.createElement("a"), dot = document.createElement("i"), words = document.createElement("span");
  link.href = root + (of && "components/" + of);
  link.target = "_blank";
  link.rel = "noopener";
  link.className = data.theme || "";
  words.setAttribute("role", "status");
  link.append(dot, words);
  inside.append(link);
  const show = (text, color) => {
    if (words.textContent !== text) words.textContent = text;
    dot.className = color ? "" : "q";
    dot.style.setProperty("--c", "#" + color);
    if (!host.isConnected) script.after(host);
  };
  const read = async path => {
    const answer = await fetch(path, { credentials: "omit", referrerPolicy: "no-referrer" });
    if (!answer.ok) throw answer.status;
    return answer.json();
  };
  const look = async () => {
    if (document.hidden) return;
    try {
      const [badge, page] = await Promise.all([read(`${root}badge/${of}status.json`), read(site + "api/v2/status.json")]);
      const made = Date.parse(page.page.updated_at), known = Date.parse(page.page.x_known_until) || made;
      // It is no newer than what it knows, but where it says itself that nobody knows.
      const old = Math.abs(Date.now() - (made - known > 120000 ? made : Math.min(made, known))) > 300000;
      // What is too old is no news: better to say that nobody knows.
      show(badge.label + (english ? ": " : "：") + (old ? (english ? "unknown" : "情况不明") : badge.message), old ? "" : badge.color);
    } catch {
      show(english ? "Status unknown" : "情况不明", "");
    }
  };
  look();
  setInterval(look, 60000);
  document.addEventListener("visibilitychange", look);
})();
