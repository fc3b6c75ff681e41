/** Getting models: from the Hugging Face hub and from web servers into a cache folder. */
export { cachedModel, downloadModel } from "./download-model.ts";
export type { DownloadedModel, DownloadProgress } from "./download-model.ts";
export { isReference, parseReference } from "./reference.ts";
export type { HubReference, Reference, UrlReference } from "./reference.ts";
export { remoteModel } from "./remote-model.ts";
export { type DownloadOptions, settingsOf } from "./settings.ts";
