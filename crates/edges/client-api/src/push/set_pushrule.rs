//! PUT /_matrix/client/v3/pushrules/global/{kind}/{ruleId}

use herold_accounts::Device;
use herold_sync::SyncError;
use ruma::api::client::push::set_pushrule::v3::{Request, Response};
use ruma::push::{InsertPushRuleError, NewPushRule};

use crate::call::SharedApi;
use crate::error::ApiError;

pub(crate) async fn serve(api: SharedApi, device: Device, request: Request) -> Result<Response, ApiError> {
    if matches!(request.rule, NewPushRule::PostContent(_)) {
        // The kind is for the rules about threads alone (MSC4306).
        return Err(ApiError::invalid_param("Nobody adds rules of this kind."));
    }
    let change = move |rules: &mut ruma::push::Ruleset| {
        let inserted = rules.insert(request.rule, request.after.as_deref(), request.before.as_deref());
        inserted.map_err(|error| match error {
            InsertPushRuleError::UnknownRuleId => SyncError::UnknownRule,
            error => SyncError::InvalidRule(error.to_string()),
        })
    };
    api.sync.change_push_rules(&device, change).await?;
    Ok(Response::new())
}
