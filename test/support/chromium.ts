import { accessSync, constants } from "node:fs";
import { it } from "vitest";

const places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** Where Chromium is: `CHROMIUM` says, or it is in its usual place; undefined where it is not. */
export const chromium = [process.env.CHROMIUM ?? "", ...places].find((path) => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
});

/** A test that needs Chromium, and is skipped, with that reason in its name, where there is none. */
export function itChromium(name: string, body: () => Promise<void>): void {
  if (chromium === undefined) it.skip(`${name} [skipped: there is no Chromium; set CHROMIUM]`, body);
  else it(name, body);
}
