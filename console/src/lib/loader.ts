// Values that are loaded once, by name. A component that reads one before it is there waits for it, as for
// a lazy component: React's Suspense goes on when it is there.

interface Loading<T> {
  promise: Promise<void>;
  /** In an object, so that any value can be told from none. */
  found?: { value: T };
  error?: unknown;
}

export interface Loader<T> {
  /** Begins, unless it has begun. Never fails: a `read` does. */
  load(name: string): Promise<void>;
  /** The value, or a promise thrown to Suspense. */
  read(name: string): T;
  /** What has been asked for. */
  names(): readonly string[];
  /** What could not be loaded is asked for again the next time. */
  forgetFailure(name: string): void;
}

export function createLoader<T>(get: (name: string) => Promise<T>): Loader<T> {
  const all = new Map<string, Loading<T>>();
  const begin = (name: string): Loading<T> => {
    const known = all.get(name);
    if (known) return known;
    const loading: Loading<T> = { promise: Promise.resolve() };
    loading.promise = get(name).then(
      (value) => void (loading.found = { value }),
      (error: unknown) => void (loading.error = error),
    );
    all.set(name, loading);
    return loading;
  };
  return {
    load: (name) => begin(name).promise,
    read: (name) => {
      const { found, error, promise } = begin(name);
      if (found) return found.value;
      throw error ?? promise;
    },
    names: () => [...all.keys()],
    forgetFailure: (name) => void (all.get(name)?.error !== undefined && all.delete(name)),
  };
}
