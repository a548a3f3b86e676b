//! GET /_matrix/client/v3/pushrules/global/{kind}/{ruleId}

use herold_accounts::Device;
use herold_sync::SyncError;
use ruma::api::client::push::get_pushrule::v3::{Request, Response};

use crate::call::SharedApi;
use crate::error::ApiError;

pub(crate) async fn serve(api: SharedApi, device: Device, request: Request) -> Result<Response, ApiError> {
    let rules = api.sync.push_rules(&device).await?;
    let rule = rules.get(request.kind, &request.rule_id).ok_or(SyncError::UnknownRule)?;
    Ok(Response::new(rule.to_owned().into()))
}
