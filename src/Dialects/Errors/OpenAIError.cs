namespace Millrace.Dialects.Errors;

/// <summary>A fault in the form of OpenAI's API.</summary>
public static class OpenAIError
{
    /// <summary>OpenAI's envelope, all four keys always there.</summary>
    public static string Write(Fault fault, bool isResponse = false)
    {
        var told = OpenAINames.Told(fault, isResponse);
        return OpenAIJson.Write(new { Error = new { told.Message, Type = TypeOf(told), told.Param, Code = OpenAICode(told) } });
    }

    /// <summary>OpenAI's own word where it has one; of a request that the provider refused, the provider's.</summary>
    private static string? OpenAICode(Fault fault) => fault.Code switch
    {
        "invalid_request" or "unsupported_feature" when fault.ProviderCode is { } code => code,
        "quota_exceeded" => "insufficient_quota",
        "rate_limited" => "rate_limit_exceeded",
        "unknown_provider" => "model_not_found",
        "content_filtered" => "content_filter",
        Fault.ItemNotFound => null,
        _ => fault.Code,
    };

    private static string TypeOf(Fault fault) => fault.Status switch
    {
        _ when fault.Code == Fault.ItemNotFound => "invalid_request_error",
        401 => "authentication_error",
        403 => "permission_error",
        404 => "not_found_error",
        429 => "rate_limit_error",
        >= 500 => "server_error",
        _ => "invalid_request_error",
    };
}
