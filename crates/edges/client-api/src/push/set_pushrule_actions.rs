//! PUT /_matrix/client/v3/pushrules/global/{kind}/{ruleId}/actions

use herold_accounts::Device;
use herold_sync::SyncError;
use ruma::api::client::push::set_pushrule_actions::v3::{Request, Response};

use crate::call::SharedApi;
use crate::error::ApiError;

pub(crate) async fn serve(api: SharedApi, device: Device, request: Request) -> Result<Response, ApiError> {
    let change = move |rules: &mut ruma::push::Ruleset| {
        rules.set_actions(request.kind, &request.rule_id, request.actions).map_err(|_| SyncError::UnknownRule)
    };
    api.sync.change_push_rules(&device, change).await?;
    Ok(Response::new())
}
