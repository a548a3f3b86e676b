//! DELETE /_matrix/client/v3/pushrules/global/{kind}/{ruleId}

use herold_accounts::Device;
use herold_sync::SyncError;
use ruma::api::client::push::delete_pushrule::v3::{Request, Response};
use ruma::push::RemovePushRuleError;

use crate::call::SharedApi;
use crate::error::ApiError;

pub(crate) async fn serve(api: SharedApi, device: Device, request: Request) -> Result<Response, ApiError> {
    let change = move |rules: &mut ruma::push::Ruleset| {
        rules.remove(request.kind, &request.rule_id).map_err(|error| match error {
            RemovePushRuleError::ServerDefault => SyncError::InvalidRule(error.to_string()),
            _ => SyncError::UnknownRule,
        })
    };
    api.sync.change_push_rules(&device, change).await?;
    Ok(Response::new())
}
