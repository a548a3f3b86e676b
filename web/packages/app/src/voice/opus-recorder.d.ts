// The part of opus-recorder that is used; it brings no types of its own.
declare module "opus-recorder" {
  interface Options {
    readonly encoderPath: string;
    readonly sourceNode: AudioNode;
    readonly encoderSampleRate: number;
    readonly encoderApplication: number;
    readonly encoderBitRate: number;
    readonly encoderFrameSize: number;
    readonly numberOfChannels: number;
    readonly streamPages: boolean;
  }

  // biome-ignore lint/style/noDefaultExport: that is how the package has it
  export default class Recorder {
    constructor(options: Options);
    start(): Promise<void>;
    stop(): Promise<void>;
    close(): Promise<void>;
    ondataavailable: (page: Uint8Array<ArrayBuffer>) => void;
  }
}
