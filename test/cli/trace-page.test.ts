import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import puppeteer, { type Browser, type Page } from "puppeteer-core";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { chromium, itChromium } from "../support/chromium.ts";
import { tinyLlama } from "../support/tiny-llama.ts";
import { runCommand } from "./run-command.ts";

const folder = mkdtempSync(join(tmpdir(), "pellucid-"));
const file = join(folder, "page.html");
const pictures = ["along", "candidates", "lens", "lens-map", "heads", "matrix", "looks"];

let browser: Browser | undefined;
let page: Page;
/** What the console said, errors of scripts, and requests for anything but the page. */
const complaints: string[] = [];

beforeAll(async () => {
  if (chromium === undefined) return;
  const model = join(folder, "tiny.gguf");
  writeFileSync(model, await tinyLlama({ layers: 3, heads: 4, kvHeads: 2 }));
  const written = await runCommand([
    "trace",
    model,
    "--prompt",
    "Some text\n<b>",
    "--max-tokens",
    "20",
    "--seed",
    "1",
    "--html",
    file,
  ]);
  expect(written).toMatchObject({ code: 0, stderr: "" });
  browser = await puppeteer.launch({ executablePath: chromium, args: ["--no-sandbox"] });
  page = await browser.newPage();
  await page.setViewport({ width: 1280, height: 900 });
  page.on("console", (message) => void complaints.push(message.text()));
  page.on("pageerror", (error) => void complaints.push(String(error)));
  page.on("request", (request) => {
    if (!/^(file|data):/.test(request.url())) complaints.push(request.url());
  });
  await open();
});
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true });
});

async function open(path = file, hash = ""): Promise<void> {
  await page.goto("about:blank");
  await page.goto(pathToFileURL(path).href + hash);
  await page.waitForSelector("#looks svg, #problem:not([hidden])");
}

/** What each picture shows now, as markup. */
async function shown(): Promise<Record<string, string>> {
  return page.evaluate(
    (ids) => Object.fromEntries(ids.map((id) => [id, document.querySelector(`#${id} svg`)?.outerHTML ?? ""])),
    pictures,
  );
}

/** Which pictures an action changes, and the token that is chosen after it. */
async function changedBy(action: () => Promise<unknown>): Promise<{ changed: string[]; token: string | undefined }> {
  const before = await shown();
  await action();
  const after = await shown();
  const token = await page.evaluate(() => document.querySelector("[role=option][aria-selected=true]")?.id);
  return { changed: pictures.filter((id) => before[id] !== after[id]), token };
}

const press = (id: string, key: "ArrowLeft" | "ArrowRight" | "ArrowDown" | "End" | "Home") => async () => {
  await page.focus(`#${id}`);
  await page.keyboard.press(key);
};

describe("the page that trace writes", () => {
  itChromium("shows all pictures, each with a description, and complains of nothing", async () => {
    for (const [id, svg] of Object.entries(await shown())) {
      expect(svg.length, id).toBeGreaterThan(500);
      expect(svg.slice(0, 2000), id).toMatch(/role="img" aria-label="[^"]{20,}"/);
    }
    const text = await page.$eval("#text", (element) => element.textContent);
    expect(text.startsWith("Some text↵<b>")).toBe(true);
    expect(await page.$eval("#main", (main) => getComputedStyle(main).display)).not.toBe("none");
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
    expect(wide).toBe(false);
    expect(complaints).toEqual([]);
  });

  itChromium("chooses another token by keys and by clicks, and redraws", async () => {
    await open();
    const all = pictures;
    expect(await changedBy(press("text", "ArrowRight"))).toEqual({ changed: all, token: "token-14" });
    expect((await changedBy(press("matrix", "ArrowDown"))).token).toBe("token-15");
    expect((await changedBy(press("along", "ArrowLeft"))).token).toBe("token-14");
    expect((await changedBy(press("lens-map", "End"))).token).toBe("token-32");
    expect((await changedBy(press("text", "Home"))).token).toBe("token-1");
    expect(await page.$eval("#candidates", (element) => element.textContent)).toContain("no sampler chose it");
    expect((await changedBy(() => page.click("#token-20"))).token).toBe("token-20");
    expect((await changedBy(() => page.click("#along .hits rect:nth-of-type(25)"))).token).toBe("token-25");
    const cell = "#lens-map .cells rect:nth-of-type(9)"; // four points a token
    expect((await changedBy(() => page.click(cell))).token).toBe("token-3");
    expect(await page.$eval("#summary", (element) => element.textContent)).toContain("Token 3, ");
    expect(complaints).toEqual([]);
  });

  itChromium("chooses another head by keys, clicks and lists, and redraws what depends on it", async () => {
    await open(file, "#token=20&layer=1&head=1");
    const ofHead = ["heads", "matrix", "looks"];
    const chosen = () =>
      page.$$eval("#layer, #head", (lists) => lists.map((list) => (list as HTMLSelectElement).value));
    expect(await chosen()).toEqual(["1", "1"]);
    expect((await changedBy(press("heads", "ArrowRight"))).changed).toEqual(ofHead);
    expect((await changedBy(press("heads", "ArrowDown"))).changed).toEqual(ofHead);
    expect(await chosen()).toEqual(["2", "2"]);
    expect((await changedBy(() => page.click("#heads .cells rect:nth-of-type(4)"))).changed).toEqual(ofHead);
    expect(await chosen()).toEqual(["0", "3"]);
    expect((await changedBy(() => page.select("#layer", "1"))).changed).toEqual(ofHead);
    expect((await changedBy(() => page.select("#head", "0"))).changed).toEqual(ofHead);
    expect(await page.evaluate(() => location.hash)).toBe("#token=20&layer=1&head=0");
    expect(complaints).toEqual([]);
  });

  itChromium("is legible in light and dark", async () => {
    for (const scheme of ["light", "dark"]) {
      await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
      await open();
      const colours = await page.evaluate(() => {
        const style = getComputedStyle(document.documentElement);
        return ["--surface", "--page", "--text", "--muted", "--mark", "--accent"].map((name) =>
          style.getPropertyValue(name).trim(),
        );
      });
      const [surface, ground, text, muted, mark, accent] = colours.map(luminance);
      expect(surface > 0.5).toBe(scheme === "light");
      for (const colour of [text, muted, mark]) {
        for (const behind of [surface, ground]) expect(contrast(colour, behind)).toBeGreaterThanOrEqual(4.5);
      }
      expect(contrast(accent, surface)).toBeGreaterThanOrEqual(3);
    }
    await page.select("#theme", "light");
    expect(
      luminance(
        await page.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue("--page").trim()),
      ),
    ).toBeGreaterThan(0.5);
    expect(complaints).toEqual([]);
  });

  itChromium("names every control", async () => {
    const nameless = await page.$$eval("select, [tabindex='0']", (elements) =>
      elements
        .filter((element) => {
          const labelled = element.getAttribute("aria-labelledby");
          const picture = element.querySelector("svg[aria-label]");
          return element.closest("label") === null && labelled === null && picture === null;
        })
        .map(({ id }) => id),
    );
    expect(nameless).toEqual([]);
  });

  itChromium("fits a narrow window", async () => {
    await page.setViewport({ width: 390, height: 800 });
    await open();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    await page.setViewport({ width: 1280, height: 900 });
  });

  itChromium("says so where its data are broken", async () => {
    const broken = join(folder, "broken.html");
    writeFileSync(broken, readFileSync(file, "utf8").replace(/(id="trace-data">)[^<]{40}/, "$1"));
    await open(broken);
    expect(await page.$eval("#problem", (element) => element.textContent)).toContain("This page can't show its data");
    expect(complaints.splice(0).length).toBeGreaterThan(0);
  });
});

/** Relative luminance and contrast, WCAG 2.2. */
function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((i) => {
    const c = parseInt(hex.slice(i, i + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: number, b: number): number {
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}
