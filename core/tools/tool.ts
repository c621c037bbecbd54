/** What lagline needs from outside npm. Prometheus, and what only the full stack has (Redis, Postgres), are optional. */
export type ToolId = 'k6' | 'kafka' | 'prometheus' | 'java' | 'redis' | 'postgres';

/** How a tool came to be where it is; `cache` is an earlier download, build or Maven copy of ours. */
export type Origin = 'env' | 'path' | 'cache' | 'download' | 'go-install' | 'maven';

export type FoundTool = {
  /** The program itself; for Kafka the folder that holds `libs/`. */
  path: string;
  /** Without a leading v. */
  version: string;
  origin: Origin;
};

/** Something that looked like the tool and was not taken. */
export type Refusal = { path: string; origin: Origin; version?: string; reason: string };

export type Search = { found?: FoundTool; refused: readonly Refusal[] };

export type ProgressEvent = {
  /** What is being done, in a few words: `download k6 1.8.1`. */
  step: string;
  detail?: string;
  doneBytes?: number;
  /** Absent when the server does not say. */
  totalBytes?: number;
};

export type Progress = (event: ProgressEvent) => void;

export type Tool = {
  id: ToolId;
  minimumVersion: string;
  /** What the user does about its absence: one sentence. */
  remedy: string;
  /** Looks where it may be; installs nothing. */
  find(): Promise<Search>;
  /** Finds it or installs it; rejects with `tool-missing` saying what was tried. */
  ensure(progress?: Progress): Promise<FoundTool>;
};

/** What the search depends on, so that tests can give their own. */
export type ToolContext = {
  env: NodeJS.ProcessEnv;
  /** As in `process.platform` and `process.arch`: `linux-x64`, `darwin-arm64`. */
  platform: string;
  cacheDir: string;
};
