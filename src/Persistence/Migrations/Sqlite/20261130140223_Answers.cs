using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Millrace.Persistence.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class Answers : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "correlation",
                table: "generations",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "requesters",
                table: "generations",
                type: "TEXT",
                nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "correlation",
                table: "generations");

            migrationBuilder.DropColumn(
                name: "requesters",
                table: "generations");
        }
    }
}
