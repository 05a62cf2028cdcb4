// The part of postject that the release uses; the package has no types.

declare module 'postject' {
  export function inject(
    executable: string,
    name: string,
    bytes: Uint8Array,
    options: { readonly sentinelFuse: string },
  ): Promise<void>;
}
