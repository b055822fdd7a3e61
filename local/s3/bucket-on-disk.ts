import { randomUUID } from "node:crypto";
import { link, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { naturalPath, overflowPath } from "./object-path.ts";
import type { S3Object } from "./s3-object.ts";

type Draft = Omit<S3Object, "path">;

/** One bucket as a folder: an object's bytes under their own name, what is known of it under `.objects`. */
export interface BucketOnDisk {
  get(key: string): S3Object | undefined;
  /** Where to write an upload until it is whole. */
  uploadPath(): string;
  /**
   * Makes a whole upload visible, at once or not at all.
   * @param allowed asked at the last moment, with nobody else in between; what it throws undoes the upload
   */
  commit(upload: string, draft: Draft, allowed: (current: S3Object | undefined) => void): Promise<void>;
  remove(key: string): Promise<void>;
  /** All keys in UTF-8 order, as S3 lists them. */
  sortedKeys(): readonly string[];
  pathOf(object: S3Object): string;
}

/** Opens a bucket's folder, made if need be; what was there before is there again. */
export async function openBucket(folder: string): Promise<BucketOnDisk> {
  const descriptions = join(folder, ".objects");
  const uploads = join(folder, ".uploads");
  await rm(uploads, { recursive: true, force: true }); // left over from a process that was killed
  await Promise.all([descriptions, uploads].map((path) => mkdir(path, { recursive: true })));
  const objects = await readDescriptions(descriptions);
  let sorted: string[] | undefined;
  let lastCommit: Promise<unknown> = Promise.resolve();

  const describe = async (object: S3Object) => {
    const draft = join(uploads, randomUUID());
    await writeFile(draft, JSON.stringify(object));
    await rename(draft, descriptionPath(descriptions, object.key)); // the moment at which it becomes visible
  };
  const oneAtATime = <T>(work: () => Promise<T>): Promise<T> => {
    const result = lastCommit.then(work);
    lastCommit = result.catch(() => {});
    return result;
  };
  const bytesPath = ({ path }: S3Object) => join(folder, path);

  return {
    get: (key) => objects.get(key),
    uploadPath: () => join(uploads, randomUUID()),
    commit: (upload, draft, allowed) =>
      oneAtATime(async () => {
        const before = objects.get(draft.key);
        allowed(before);
        const object = { ...draft, path: await place(folder, upload, draft.key) };
        await describe(object);
        objects.set(object.key, object);
        if (!before) sorted = undefined;
        if (before) await rm(bytesPath(before), { force: true });
      }),
    remove: (key) =>
      oneAtATime(async () => {
        const object = objects.get(key);
        if (!object) return;
        await rm(descriptionPath(descriptions, key));
        objects.delete(key);
        sorted = undefined;
        await rm(bytesPath(object), { force: true });
      }),
    sortedKeys() {
      sorted ??= inUtf8Order([...objects.keys()]);
      return sorted;
    },
    pathOf: bytesPath,
  };
}

async function readDescriptions(folder: string): Promise<Map<string, S3Object>> {
  const names = await readdir(folder);
  const found = await Promise.all(names.map(async (name) => JSON.parse(await readFile(join(folder, name), "utf8"))));
  return new Map(found.map((object: S3Object) => [object.key, object]));
}

function descriptionPath(folder: string, key: string): string {
  return join(folder, overflowPath(key));
}

/** Gives the bytes their natural name; where that is taken or impossible, one that cannot be. */
async function place(folder: string, upload: string, key: string): Promise<string> {
  const natural = naturalPath(key);
  try {
    await mkdir(dirname(join(folder, natural)), { recursive: true });
    await link(upload, join(folder, natural)); // unlike a rename, it never replaces what is there
    await rm(upload);
    return natural;
  } catch {
    const path = join(".overflow", `${overflowPath(key)}-${randomUUID()}`);
    await mkdir(join(folder, ".overflow"), { recursive: true });
    await rename(upload, join(folder, path));
    return path;
  }
}

function inUtf8Order(keys: readonly string[]): string[] {
  const encoded = keys.map((key) => ({ key, bytes: Buffer.from(key) }));
  return encoded.sort((one, other) => Buffer.compare(one.bytes, other.bytes)).map(({ key }) => key);
}
