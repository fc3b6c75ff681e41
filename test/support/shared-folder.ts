import { existsSync } from "node:fs";
import { join, resolve } from "node:path";

/** The folder with models and golden results: `PELLUCID_SHARED`, or `shared` beside the checkout. */
export const sharedFolder = resolve(process.env.PELLUCID_SHARED ?? join(import.meta.dirname, "../../../shared"));

/** Whether the shared folder is on this machine; where it is, every file that a test asks for must be there too. */
export const hasShared = existsSync(sharedFolder);
