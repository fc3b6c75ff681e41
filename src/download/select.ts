import { DownloadError } from "../errors.ts";

/** The parts of a split model, by the name of any of them; the name alone where it is not split. */
export function partsOf(path: string): string[] {
  const match = /^(.*)-(\d{5})-of-(\d{5})\.gguf$/.exec(path);
  const count = Number(match?.[3] ?? 1);
  if (match === null || count < 1) return [path];
  return Array.from({ length: count }, (_, i) => `${match[1]}-${String(i + 1).padStart(5, "0")}-of-${match[3]}.gguf`);
}

/**
 * Chooses the model of a repository: the one of a quantisation such as `Q4_K_M`; where none is asked for, the one of
 * Q4_K_M, else of Q4_0, else of Q8_0, else the only one.
 * @throws DownloadError `NOT_FOUND`, `AMBIGUOUS`, saying what there is
 */
export function selectFile(name: string, paths: readonly string[], quantization: string | undefined): string {
  // Of split models the first part; and no projectors of images, which are no models.
  const models = paths
    .filter((path) => /\.gguf$/i.test(path) && (partsOf(path)[0] === path || partsOf(path).length === 1))
    .filter((path) => !/(^|\/)mmproj/i.test(path));
  if (models.length === 0) throw new DownloadError("NOT_FOUND", `${name}: there are no GGUF files in this repository`);
  const wanted = quantization === undefined ? ["Q4_K_M", "Q4_0", "Q8_0"] : [quantization];
  for (const kind of wanted) {
    const found = models.filter((path) => hasKind(path, kind));
    if (found.length === 1) return found[0];
    if (found.length > 1) ambiguous(name, found);
  }
  if (quantization === undefined && models.length === 1) return models[0];
  if (quantization === undefined) return ambiguous(name, models);
  throw new DownloadError("NOT_FOUND", `${name}: no file of ${quantization}; there are ${list(models)}`);
}

/** Whether a name has the kind as words of its own: `Q4_K` is not in `model-Q4_K_M.gguf`. */
function hasKind(path: string, kind: string): boolean {
  const at = path.toLowerCase().lastIndexOf(kind.toLowerCase());
  return at >= 0 && /[-._/]/.test(`/${path}`[at]) && /[-./]/.test(path[at + kind.length]);
}

function ambiguous(name: string, found: readonly string[]): never {
  throw new DownloadError("AMBIGUOUS", `${name}: several files fit; name one: ${list(found)}`);
}

function list(paths: readonly string[]): string {
  const shown = paths.slice(0, 40).join(", ");
  return paths.length > 40 ? `${shown}, … (${paths.length})` : shown;
}
