import { describe, expect, it } from "vitest";
import { cachedModel, downloadModel } from "../../../src/download/index.ts";
import { contentOf, filesIn, useDesk } from "./desk.ts";
import { cutAfter, fakeGguf, whole } from "./fake-hub.ts";

const desk = useDesk();
const bytes = fakeGguf(300_000);
const url = (name = "a/model.gguf") => `${desk.hub.cdn}/plain/${name}`;

describe("a model of a web server", () => {
  it("comes into the cache, whole after a broken connection, once", async () => {
    desk.hub.files.set("a/model.gguf", {
      bytes,
      answer: (asked, response) => (asked.count === 1 ? cutAfter(70_000) : whole)(asked, response),
    });
    const { path } = await downloadModel(url(), { ...desk.options, token: "hf_secret" });
    expect(contentOf(path)).toEqual(bytes);
    expect(path).toMatch(/model\.gguf$/);
    expect(desk.hub.transfers.map((line) => line.replace(/^.* /, ""))).toEqual([
      "bytes=0-0",
      "bytes=0-",
      "bytes=70000-",
    ]);
    expect(desk.hub.cdnAuthorizations.every((header) => header === undefined)).toBe(true);
    expect((await downloadModel(url(), desk.options)).path).toBe(path);
    expect(desk.hub.transfers).toHaveLength(4);
    expect(filesIn(desk.folder).filter((name) => /incomplete|lock/.test(name))).toEqual([]);
    desk.hub.stop();
    expect((await downloadModel(url(), desk.options)).path).toBe(path);
    expect(await cachedModel(url(), desk.options)).toBe(path);
    await expect(downloadModel(url("b.gguf"), desk.options)).rejects.toMatchObject({ code: "NETWORK" });
  });

  it("is fetched anew where it changed, and the old one goes", async () => {
    desk.hub.files.set("a/model.gguf", { bytes });
    const old = await downloadModel(url(), desk.options);
    const other = fakeGguf(300_000, 5);
    desk.hub.files.set("a/model.gguf", { bytes: other });
    desk.hub.plainEtag = '"two"';
    const { path } = await downloadModel(url(), desk.options);
    expect(contentOf(path)).toEqual(other);
    expect(() => contentOf(old.path)).toThrow("ENOENT");
  });

  it("that changes while it is fetched is refused", async () => {
    desk.hub.files.set("a/model.gguf", {
      bytes,
      answer: (asked, response) => {
        response.setHeader("etag", `"${asked.count}"`);
        whole(asked, response);
      },
    });
    const error = { code: "BAD_RESPONSE", message: expect.stringContaining("changed on the server") as string };
    await expect(downloadModel(url(), desk.options)).rejects.toMatchObject(error);
  });

  it("that is no GGUF file, or has no length, or is not there, is refused", async () => {
    const page = new TextEncoder().encode("<html>please log in</html>");
    desk.hub.files.set("page.gguf", { bytes: page });
    desk.hub.files.set("endless.gguf", { bytes, answer: (_, response) => response.writeHead(200).write(bytes) });
    await expect(downloadModel(url("page.gguf"), desk.options)).rejects.toMatchObject({ code: "NOT_GGUF" });
    await expect(downloadModel(url("endless.gguf"), desk.options)).rejects.toMatchObject({ code: "BAD_RESPONSE" });
    await expect(downloadModel(url("none.gguf"), desk.options)).rejects.toMatchObject({ code: "NOT_FOUND" });
    expect(filesIn(desk.folder)).toEqual([]);
  });

  it("that is split comes as a whole, also from the cache", async () => {
    const parts = [1, 2].map((i) => {
      const part = fakeGguf(1000 * i, i);
      desk.hub.files.set(`m 1-0000${i}-of-00002.gguf`, { bytes: part });
      return part;
    });
    const { files } = await downloadModel(url("m%201-00001-of-00002.gguf"), desk.options);
    expect(files.map(contentOf)).toEqual(parts);
    const cached = await downloadModel(url("m%201-00001-of-00002.gguf"), { ...desk.options, offline: true });
    expect(cached.files).toEqual(files);
  });
});
