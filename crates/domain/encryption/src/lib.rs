//! What end-to-end encryption needs of a server: keys, signatures, to-device messages, key backup.
