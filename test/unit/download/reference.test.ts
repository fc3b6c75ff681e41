import { describe, expect, it } from "vitest";
import { isReference, parseReference } from "../../../src/download/index.ts";
import { settingsOf } from "../../../src/download/settings.ts";

const hub = "https://huggingface.co";
const parse = (text: string) => parseReference(text, hub);

describe("a reference", () => {
  const file = { kind: "hub", repo: "o/r", revision: "main", file: "f.gguf", quantization: undefined };
  it.each([
    ["hf:o/r/f.gguf", {}],
    ["HF://o/r/f.gguf", {}],
    ["hf:o/r/a/b c/f.gguf", { file: "a/b c/f.gguf" }],
    ["hf:o/r", { file: undefined }],
    ["hf:o/r:Q4_K_M", { file: undefined, quantization: "Q4_K_M" }],
    ["hf:o/r@v1.0", { file: undefined, revision: "v1.0" }],
    ["hf:o/r@v1/f.gguf", { revision: "v1" }],
    ["hf:o/r/f.gguf@v1", { revision: "v1" }],
    ["hf:o/r/f.gguf@refs/pr/1", { revision: "refs/pr/1" }],
    ["hf:o/r@refs%2Fpr%2F1/f.gguf", { revision: "refs/pr/1" }],
    ["hf:o/r@v1:Q8_0", { file: undefined, revision: "v1", quantization: "Q8_0" }],
    ["hf:o/r:Q8_0@v1", { file: undefined, revision: "v1", quantization: "Q8_0" }],
    [`${hub}/o/r/resolve/main/f.gguf?download=true`, {}],
    [`${hub}/o/r/blob/v1/a%20b/f.gguf`, { revision: "v1", file: "a b/f.gguf" }],
  ])("%s", (text, expected) => {
    expect(parse(text)).toEqual({ ...file, ...expected });
    expect(isReference(text)).toBe(true);
  });

  it("to any other address is a URL", () => {
    expect(parse("https://example.com/o/r/resolve/main/f.gguf")).toEqual({
      kind: "url",
      url: "https://example.com/o/r/resolve/main/f.gguf",
    });
    expect(parse(`${hub}/o/r`)).toMatchObject({ kind: "url" });
  });

  it.each([
    "hf:",
    "hf:o",
    "hf:o/",
    "hf:/r/f.gguf",
    "hf:../r/f.gguf",
    "hf:o/../f.gguf",
    "hf:o/r/../../f.gguf",
    "hf:o/r/a//f.gguf",
    "hf:o/r/a\\..\\f.gguf",
    "hf:o/r@../f.gguf",
    "hf:o/r/f.gguf@../../x",
    "hf:o/r@a/f.gguf@b",
    "hf:o/r@%2e%2e%2fx/f.gguf",
    `${hub}/o/r/resolve/main/..%2f..%2ff.gguf`,
    "https://",
    "model.gguf",
  ])("%s is refused", (text) => {
    expect(() => parse(text)).toThrow(expect.objectContaining({ code: "BAD_REFERENCE" }) as Error);
  });

  it("is no path", () => {
    for (const path of ["model.gguf", "./hf/model.gguf", "C:\\model.gguf", "file:///m.gguf", "hfmodel"]) {
      expect(isReference(path)).toBe(false);
    }
  });
});

describe("the settings", () => {
  const names = ["HF_HOME", "HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "XDG_CACHE_HOME", "HF_ENDPOINT", "HF_TOKEN"];
  const within = async (values: Record<string, string>) => {
    const before = names.map((name) => [name, process.env[name]] as const);
    for (const name of names) Reflect.deleteProperty(process.env, name);
    Object.assign(process.env, { ...values, HOME: "/home/u" });
    try {
      return await settingsOf();
    } finally {
      for (const [name, value] of before) {
        if (value === undefined) Reflect.deleteProperty(process.env, name);
        else process.env[name] = value;
      }
    }
  };

  it("follow the environment as the Hugging Face tools do", async () => {
    expect((await within({ XDG_CACHE_HOME: "/x" })).cacheFolder).toBe("/x/huggingface/hub");
    expect((await within({ HF_HOME: "/h", XDG_CACHE_HOME: "/x" })).cacheFolder).toBe("/h/hub");
    expect((await within({ HF_HUB_CACHE: "/c", HF_HOME: "/h" })).cacheFolder).toBe("/c");
    expect((await within({ HUGGINGFACE_HUB_CACHE: "/d" })).cacheFolder).toBe("/d");
    expect(await within({ HF_ENDPOINT: "https://mirror/", HF_TOKEN: " t\n", HF_HOME: "/h" })).toMatchObject({
      endpoint: "https://mirror",
      token: "t",
      urlFolder: "/h/pellucid",
      offline: false,
    });
  });
});
