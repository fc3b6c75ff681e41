export { type StopMatch, StopTexts } from "./stop-texts.ts";
