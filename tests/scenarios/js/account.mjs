// One account on one device: signing up and in, cross-signing, key backup and the recovery key.
// Keys live in memory only, as Node has no IndexedDB.

import { ClientEvent, createClient } from "matrix-js-sdk";
import { CryptoEvent, decodeRecoveryKey } from "matrix-js-sdk/lib/crypto-api/index.js";

import { until } from "./waiting.mjs";

/** Events of a room's history that the first synchronisation asks for. */
const INITIAL_SYNC_LIMIT = 20;

export class Account {
    /** The signed-in client of the SDK. */
    client = null;
    /** Requests to verify us that have arrived, by the user who asks. */
    verificationRequests = new Map();

    #password = null;
    #secretStorageKey = null;

    /** Registers the account and signs in on its first device. */
    async signUp({ server, username, password }) {
        const visitor = createClient({ baseUrl: server });
        const registered = await visitor.registerRequest({
            username,
            password,
            auth: { type: "m.login.dummy" },
            initial_device_display_name: "matrix-js-sdk",
        });
        return this.#start(server, password, registered);
    }

    /** Signs in on a fresh device. */
    async signIn({ server, username, password }) {
        const visitor = createClient({ baseUrl: server });
        const signedIn = await visitor.loginRequest({
            type: "m.login.password",
            identifier: { type: "m.id.user", user: username },
            password,
            initial_device_display_name: "matrix-js-sdk",
        });
        return this.#start(server, password, signedIn);
    }

    async #start(server, password, { user_id: user, device_id: device, access_token: accessToken }) {
        this.#password = password;
        this.client = createClient({
            baseUrl: server,
            userId: user,
            deviceId: device,
            accessToken,
            cryptoCallbacks: {
                getSecretStorageKey: async ({ keys }) => {
                    const known = Object.keys(keys).find((id) => id === this.#secretStorageKey?.id);
                    const id = known ?? Object.keys(keys)[0];
                    return this.#secretStorageKey ? [id, this.#secretStorageKey.privateKey] : null;
                },
                cacheSecretStorageKey: (id, _info, privateKey) => {
                    this.#secretStorageKey = { id, privateKey };
                },
            },
        });
        await this.client.initRustCrypto({ useIndexedDB: false });
        this.client.on(CryptoEvent.VerificationRequestReceived, (request) => {
            this.verificationRequests.set(request.otherUserId, request);
        });
        const synced = until(
            this.client,
            [ClientEvent.Sync],
            () => this.client.getSyncState() === "SYNCING",
            "the first synchronisation",
        );
        await this.client.startClient({ initialSyncLimit: INITIAL_SYNC_LIMIT });
        await synced;
        return { user, device };
    }

    stop() {
        this.client?.stopClient();
    }

    get crypto() {
        return this.client.getCrypto();
    }

    /** Publishes cross-signing keys, keeps all secrets under a new recovery key, starts the backup. */
    async setUpRecovery() {
        await this.crypto.bootstrapCrossSigning({
            authUploadDeviceSigningKeys: (upload) => this.#authenticated(upload),
        });
        let recoveryKey;
        await this.crypto.bootstrapSecretStorage({
            setupNewSecretStorage: true,
            setupNewKeyBackup: true,
            createSecretStorageKey: async () => {
                const key = await this.crypto.createRecoveryKeyFromPassphrase();
                this.#secretStorageKey = { id: null, privateKey: key.privateKey };
                recoveryKey = key.encodedPrivateKey;
                return key;
            },
        });
        if (!(await this.crypto.isCrossSigningReady())) throw new Error("cross-signing is not ready");
        if (!(await this.crypto.isSecretStorageReady())) throw new Error("secret storage is not ready");
        return { recoveryKey };
    }

    /** Calls `upload` again with the password where the server asks who we are. */
    async #authenticated(upload) {
        try {
            return await upload(null);
        } catch (error) {
            const session = error?.data?.session;
            if (error?.httpStatus !== 401 || !session) throw error;
            const user = this.client.getUserId();
            return upload({
                type: "m.login.password",
                identifier: { type: "m.id.user", user },
                password: this.#password,
                session,
            });
        }
    }

    /** Opens the account's secrets with the recovery key and fetches all keys of the backup. */
    async restore({ recoveryKey }) {
        this.#secretStorageKey = { id: null, privateKey: decodeRecoveryKey(recoveryKey) };
        // Asks the server for our public keys first: the secret ones are checked against them.
        if (!(await this.crypto.userHasCrossSigningKeys())) throw new Error("no cross-signing keys");
        await this.crypto.bootstrapCrossSigning({});
        await this.crypto.loadSessionBackupPrivateKeyFromSecretStorage();
        const { total, imported } = await this.crypto.restoreKeyBackup();
        return { total, imported };
    }

    /** Waits until the server's backup holds every room key of this device. */
    async waitUntilBackedUp() {
        const keys = await until(
            this.client,
            [CryptoEvent.KeyBackupSessionsRemaining, CryptoEvent.KeyBackupStatus],
            async () => {
                const here = (await this.crypto.exportRoomKeys()).length;
                const { count } = await this.client.http.authedRequest("GET", "/room_keys/version");
                return count >= here && { count };
            },
            "the backup to hold every room key",
        );
        return keys;
    }

    /** Waits until we hold a user's identity for verified; our signature comes back with a key query. */
    async waitUntilUserVerified({ user }) {
        await until(
            this.client,
            [CryptoEvent.UserTrustStatusChanged, CryptoEvent.DevicesUpdated, ClientEvent.Sync],
            async () => (await this.crypto.getUserVerificationStatus(user)).isCrossSigningVerified(),
            `${user} to be verified`,
        );
    }

    /** Waits until a device counts as verified because its owner, whom we verified, signed it. */
    async waitUntilDeviceVerified({ user, device }) {
        await until(
            this.client,
            [CryptoEvent.DevicesUpdated, CryptoEvent.UserTrustStatusChanged, ClientEvent.Sync],
            async () => (await this.crypto.getDeviceVerificationStatus(user, device))?.crossSigningVerified,
            `device ${device} of ${user} to be verified`,
        );
    }
}
