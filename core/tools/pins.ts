/**
 * The versions lagline installs and the checksums of their official archives.
 * An archive without a checksum here is not downloaded: an unverified program is never run.
 */
export type Checksum = { algorithm: 'sha256' | 'sha512'; hex: string };

export type PinnedArchive = { url: string; checksum: Checksum };

export type PinnedRelease = {
  version: string;
  /** By `<process.platform>-<process.arch>`, or `any` for one that runs everywhere. */
  archives: Readonly<Record<string, PinnedArchive>>;
};

const sha256 = (url: string, hex: string): PinnedArchive => ({ url, checksum: { algorithm: 'sha256', hex } });

const k6Url = (file: string): string => `https://github.com/grafana/k6/releases/download/${file}`;
const prometheusUrl = (file: string): string =>
  `https://github.com/prometheus/prometheus/releases/download/v3.5.0/prometheus-3.5.0.${file}.tar.gz`;

/** No checksum of the 1.8.1 archives could be confirmed, so that this version comes from its Go module. */
export const k6Release: PinnedRelease = { version: '1.8.1', archives: {} };

/** For machines without Go: the latest 1.x whose checksums are confirmed. */
export const k6OlderRelease: PinnedRelease = {
  version: '1.7.1',
  archives: {
    'linux-x64': sha256(
      k6Url('v1.7.1/k6-v1.7.1-linux-amd64.tar.gz'),
      'cc127a656f734f8ea1e89f8a417777905ae6a93d42f3e763e95313518180655b',
    ),
    'linux-arm64': sha256(
      k6Url('v1.7.1/k6-v1.7.1-linux-arm64.tar.gz'),
      '5a91fa37d89d1fe776aea590d689029ffc2d2f2634a6c61eb51c982ff50700d7',
    ),
    'darwin-x64': sha256(
      k6Url('v1.7.1/k6-v1.7.1-macos-amd64.zip'),
      'f6933670ddccb924d48815992e44e0ee1b040d814c5e5580b9bdebce71019c40',
    ),
    'darwin-arm64': sha256(
      k6Url('v1.7.1/k6-v1.7.1-macos-arm64.zip'),
      '9cace748ebeddb92432f606c6c53d964772176fdf1a0ebb4db5ead3df39ba761',
    ),
  },
};

export const kafkaRelease: PinnedRelease = {
  version: '4.1.1',
  archives: {
    any: {
      url: 'https://archive.apache.org/dist/kafka/4.1.1/kafka_2.13-4.1.1.tgz',
      checksum: {
        algorithm: 'sha512',
        hex: 'eb2433e5330e4915a777fcc47447780e81a5041aacf0f787e5b5d06d767da7d484afb9f2ca8651e61769f2256f36967f6481baf17429b289bc2b1e6962640deb',
      },
    },
  },
};

export const prometheusRelease: PinnedRelease = {
  version: '3.5.0',
  archives: {
    'linux-x64': sha256(
      prometheusUrl('linux-amd64'),
      'e811827af26d822afb09a4f28314f61b618b12cff5369835a67f674d8b46f39a',
    ),
    'linux-arm64': sha256(
      prometheusUrl('linux-arm64'),
      '173389cc42bf09c4e6e54cb53fa07a5a835d7c261e14775d2183181d6e385d1c',
    ),
    'darwin-x64': sha256(
      prometheusUrl('darwin-amd64'),
      '5856d0c306e7d852d9a79788b20acb630501b3fab120b69f5317d6b0732dea57',
    ),
    'darwin-arm64': sha256(
      prometheusUrl('darwin-arm64'),
      'c17bc2c992f0b5515eebe2b4ccd626214f8e309a0fe6ec40ed13c42ec13d05fb',
    ),
  },
};

/** Versions of what a Maven copy of Kafka needs beside Kafka itself. */
export const mavenPins = {
  dependencyPlugin: '3.8.1',
  /** Binds Kafka's slf4j 1.7 to the log4j it brings along. */
  log4jBinding: '2.24.3',
} as const;
