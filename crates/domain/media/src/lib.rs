//! Uploaded files, their limits and their thumbnails.
