/** As much of subset-font as the page uses; it comes without types. */
declare module 'subset-font' {
  export default function subsetFont(
    font: Buffer,
    text: string,
    options: { targetFormat: 'woff'; noHinting: boolean; dropTables: readonly string[] },
  ): Promise<Buffer>;
}
