namespace Millrace.Persistence.Quotas;

/// <summary>How much of something a tenant may keep.</summary>
/// <param name="What">What is kept, in the plural, for people: <c>contents</c>.</param>
/// <param name="Setting">The setting of the number; that of the bytes is the same in the singular with <c>Bytes</c>
/// behind it.</param>
/// <param name="Most">How many.</param>
/// <param name="MostBytes">How many bytes in all.</param>
public sealed record Quota(string What, string Setting, long Most, long MostBytes)
{
    public string BytesSetting => $"{Setting[..^1]}Bytes";

    /// <exception cref="QuotaExceededException">With so much more it would be over.</exception>
    public void Check(string tenant, StoredAmount has, long more, long moreBytes)
    {
        if (more > 0 && has.Count + more > Most) throw new QuotaExceededException(isBytes: false,
            $"Tenant '{tenant}' keeps {has.Count} {What}, and {Most} are allowed ({Setting}). Delete some, or have the setting raised.");
        if (moreBytes > 0 && has.Bytes + moreBytes > MostBytes) throw new QuotaExceededException(isBytes: true,
            $"Tenant '{tenant}' keeps {has.Bytes} bytes of {What}; with {moreBytes} more it would be over the {MostBytes} that are allowed ({BytesSetting}). Delete some, or have the setting raised.");
    }
}
