import { randomUUID } from "node:crypto";
import {
  closeSync,
  existsSync,
  fstatSync,
  linkSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { makePrivateFolder, privateFile, privateFolder } from "../private-files.ts";
import { readDescriptions, setAsideIn } from "./descriptions.ts";
import { naturalPath, overflowPath } from "./object-path.ts";
import type { S3Object, Tags } from "./s3-object.ts";
import { type SortedKeys, sortedKeys } from "./sorted-keys.ts";

type Draft = Omit<S3Object, "path">;

/**
 * One bucket as a folder: an object's bytes under their own name, what is known of it under `.objects`. What takes
 * microseconds is not left to Node's threads, which take longer to wake up.
 */
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
  /**
   * Gives an object other tags in place of those that it has; its bytes and its time stay.
   * @returns false if there is no such object
   */
  retag(key: string, tags: Tags): Promise<boolean>;
  readonly keys: SortedKeys;
  readonly createdAt: Date;
  /**
   * Opens an object's bytes, which stay readable if it is replaced meanwhile.
   * @returns a file descriptor, for the caller to close; undefined if the object was replaced or moved before they were
   * open, or if they are gone or not as long as they were: then the object is set aside
   */
  openBytes(object: S3Object): Promise<number | undefined>;
}

/** Opens a bucket's folder, made if need be; what was there before is there again. */
export async function openBucket(folder: string, onLog: (line: string) => void = () => {}): Promise<BucketOnDisk> {
  const descriptions = join(folder, ".objects");
  const uploads = join(folder, ".uploads");
  rmSync(uploads, { recursive: true, force: true }); // left over from a process that was killed
  for (const path of [folder, descriptions, uploads]) makePrivateFolder(path);
  const setAside = setAsideIn(join(folder, ".damaged"), onLog);
  const objects = await readDescriptions(descriptions, setAside);
  const keys = sortedKeys(objects.keys());
  let lastCommit: Promise<unknown> = Promise.resolve();

  const describe = (object: S3Object) => {
    const draft = join(uploads, randomUUID());
    writeFileSync(draft, JSON.stringify(object), { mode: privateFile });
    renameSync(draft, descriptionPath(descriptions, object.key)); // the moment at which it becomes visible
  };
  const oneAtATime = <T>(work: () => Promise<T>): Promise<T> => {
    const result = lastCommit.then(work);
    lastCommit = result.catch(() => {});
    return result;
  };
  const bytesPath = ({ path }: S3Object) => join(folder, path);
  /** Gives bytes that found their natural name taken that name once it is free: people read the folder. */
  const moveHome = (object: S3Object) => {
    const atHome = { ...object, path: naturalPath(object.key) };
    if (object.path === atHome.path || !linked(bytesPath(object), bytesPath(atHome))) return;
    let left = atHome;
    try {
      describe(atHome);
      objects.set(object.key, atHome);
      left = object;
    } catch {
      // a full disk, say: where they lie they are as good
    }
    rmSync(bytesPath(left), { force: true });
  };
  const forget = (object: S3Object, because: string) => {
    const { path, lastModified } = objects.get(object.key) ?? {};
    if (path !== object.path || lastModified !== object.lastModified) return; // it was replaced meanwhile
    setAside(descriptionPath(descriptions, object.key), `the object ${object.key} ${because}`);
    if (existsSync(bytesPath(object))) setAside(bytesPath(object), because);
    objects.delete(object.key);
    keys.delete(object.key);
  };

  const openBytes = async (object: S3Object): Promise<number | undefined> => {
    const file = openedIfThere(bytesPath(object));
    const size = file === undefined ? undefined : fstatSync(file).size;
    const isCurrent = objects.get(object.key) === object; // else its name may be that of newer bytes by now
    if (size === object.bytes && isCurrent) return file;
    if (file !== undefined) closeSync(file);
    if (!isCurrent) return undefined;
    const because = size === undefined ? "has lost its file" : `has ${size} bytes in place of ${object.bytes}`;
    await oneAtATime(async () => forget(object, because));
    return undefined;
  };

  for (const object of [...objects.values()]) moveHome(object); // what a stop has left elsewhere

  return {
    get: (key) => objects.get(key),
    uploadPath: () => join(uploads, randomUUID()),
    commit: (upload, draft, allowed) =>
      oneAtATime(async () => {
        const before = objects.get(draft.key);
        allowed(before);
        const object = { ...draft, path: place(folder, upload, draft.key) };
        try {
          describe(object);
        } catch (error) {
          rmSync(bytesPath(object), { force: true }); // nobody would find them, but who reads the folder
          throw error;
        }
        objects.set(object.key, object);
        keys.add(object.key);
        if (!before) return;
        rmSync(bytesPath(before), { force: true });
        moveHome(object);
      }),
    remove: (key) =>
      oneAtATime(async () => {
        const object = objects.get(key);
        if (!object) return;
        rmSync(descriptionPath(descriptions, key), { force: true });
        objects.delete(key);
        keys.delete(key);
        rmSync(bytesPath(object), { force: true });
      }),
    retag: (key, tags) =>
      oneAtATime(async () => {
        const object = objects.get(key);
        if (!object) return false;
        const retagged = { ...object, tags };
        describe(retagged);
        objects.set(key, retagged);
        return true;
      }),
    keys,
    createdAt: statSync(folder).birthtime,
    openBytes,
  };
}

/** A file descriptor; undefined if no file is there. */
function openedIfThere(path: string): number | undefined {
  try {
    return openSync(path, "r");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "ENOENT" && code !== "EISDIR" && code !== "ENOTDIR") throw error;
    return undefined;
  }
}

function descriptionPath(folder: string, key: string): string {
  return join(folder, overflowPath(key));
}

/** Gives the bytes their natural name; where that is taken or impossible, one that cannot be. */
function place(folder: string, upload: string, key: string): string {
  const natural = naturalPath(key);
  if (linked(upload, join(folder, natural))) {
    rmSync(upload);
    return natural;
  }
  const path = join(".overflow", `${overflowPath(key)}-${randomUUID()}`);
  mkdirSync(join(folder, ".overflow"), { recursive: true, mode: privateFolder });
  renameSync(upload, join(folder, path));
  return path;
}

/** Whether a file got a second name: not where something is already, which a rename would replace. */
function linked(file: string, name: string): boolean {
  try {
    mkdirSync(dirname(name), { recursive: true, mode: privateFolder });
    linkSync(file, name);
    return true;
  } catch {
    return false;
  }
}
